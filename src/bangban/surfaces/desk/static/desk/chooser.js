// A long list to choose from by typing: <select data-chooser> becomes a box that finds by any part of the name or by
// the initials of its pinyin. Arrow keys, Enter, Escape; what the page suggests for this field ([data-fill]) comes first.
// The select stays underneath with its name and value, so the form is the same with and without scripts.

import { each } from "../ui/js/dom.js";
import { matches, pathOf } from "./initials.js";

const MOST = 60;
const FIRST = 3;
let made = 0;

class Chooser {
  constructor(select) {
    this.select = select;
    this.list = document.createElement("ul");
    this.input = document.createElement("input");
    this.place = -1;
    this.build();
    this.show();
    this.listen();
  }

  build() {
    const { select, input, list } = this;
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const focused = document.activeElement === select;
    list.id = `chooser-${(made += 1)}`;
    list.className = "chooser__list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label?.firstChild?.textContent ?? "");
    Object.assign(input, { type: "text", className: "input chooser__input", id: select.id, autocomplete: "off", spellcheck: false });
    input.dataset.noKeep = "";
    input.placeholder = "输入名称或拼音首字母";
    input.required = select.required;
    const facts = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(facts)) input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid"])
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    select.id = `${select.id}-value`;
    select.required = false;
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    select.classList.replace("input", "sr-only");
    const box = select.closest(".select");
    box.classList.add("chooser");
    box.prepend(input);
    box.append(list);
    if (focused) input.focus();
  }

  listen() {
    const { select, input, list } = this;
    select.addEventListener("change", () => this.show());
    select.addEventListener("input", () => this.show());
    // a draft kept by the page is written into the select without an event
    input.addEventListener("focus", () => {
      if (this.closed) this.show();
      input.select();
    });
    input.addEventListener("click", () => {
      input.select();
      if (this.closed) this.open("");
    });
    select.addEventListener("focus", () => input.focus());
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      this.judge();
      if (!event.isComposing) this.open(input.value);
    });
    input.addEventListener("compositionend", () => this.open(input.value));
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.leave());
    // the box keeps the focus while a finger or the mouse picks a line
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const line = event.target.closest("[role=option]");
      if (line) this.take(line.dataset.value);
    });
  }

  get closed() {
    return this.list.hidden;
  }

  get options() {
    return [...this.select.options].filter((option) => option.value);
  }

  show() {
    const chosen = this.select.selectedOptions[0];
    this.shown = chosen?.value ? pathOf(chosen.textContent).join(" › ") : "";
    this.input.value = this.shown;
    this.judge();
  }

  // a form sent by the keyboard must not go out with another choice than the words that stand in the box
  judge() {
    const typed = this.input.value.trim();
    const open = typed !== "" && this.input.value !== this.shown;
    this.input.setCustomValidity(open ? `还没有选定“${typed}”，请从列表中选一项，或清空后再提交。` : "");
  }

  suggested() {
    const buttons = document.querySelectorAll(`[data-fill="${CSS.escape(this.select.name)}"]`);
    return [...new Set([...buttons].map((button) => button.dataset.value))].slice(0, FIRST);
  }

  open(text) {
    const wanted = text.trim();
    const first = this.suggested();
    const found = this.options.map((option) => ({ option, rank: matches(option.textContent, wanted) })).filter(({ rank }) => rank > 0);
    const order = ({ option, rank }) => (first.includes(option.value) ? first.indexOf(option.value) - 10 : -rank);
    const lines = found.sort((a, b) => order(a) - order(b)).slice(0, MOST);
    this.list.replaceChildren(...lines.map(({ option }) => this.line(option, first.includes(option.value))));
    if (!lines.length) this.list.append(this.note("没有找到，请换个说法"));
    else if (found.length > MOST) this.list.append(this.note(`还有 ${found.length - MOST} 项，请多输几个字`));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    const at = wanted ? 0 : lines.findIndex(({ option }) => option.selected);
    this.mark(lines.length ? at : -1);
    this.list.scrollIntoView({ block: "nearest" });
  }

  line(option, suggested) {
    const path = pathOf(option.textContent);
    const line = document.createElement("li");
    const name = document.createElement("span");
    line.setAttribute("role", "option");
    line.id = `${this.list.id}-${option.index}`;
    line.dataset.value = option.value;
    line.className = "chooser__line";
    line.setAttribute("aria-selected", String(option.selected));
    name.textContent = path.at(-1);
    line.append(name);
    const above = [...(suggested ? ["建议"] : []), path.slice(0, -1).join(" › ")].filter(Boolean).join(" · ");
    if (above) {
      const where = document.createElement("span");
      where.className = "chooser__path";
      where.textContent = above;
      line.append(where);
    }
    return line;
  }

  note(text) {
    const line = document.createElement("li");
    line.className = "chooser__note";
    line.setAttribute("role", "presentation");
    line.textContent = text;
    return line;
  }

  mark(place) {
    const lines = [...this.list.querySelectorAll("[role=option]")];
    this.place = Math.min(place, lines.length - 1);
    lines.forEach((line, index) => line.toggleAttribute("data-at", index === this.place));
    const line = lines[this.place];
    if (line) this.input.setAttribute("aria-activedescendant", line.id);
    else this.input.removeAttribute("aria-activedescendant");
    line?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing) return;
    const count = this.list.querySelectorAll("[role=option]").length;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.closed) return this.open("");
      return this.mark(Math.max(0, Math.min(count - 1, this.place + step)));
    }
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (this.closed) return this.open("");
      const line = this.list.querySelectorAll("[role=option]")[this.place];
      if (line) this.take(line.dataset.value);
    } else if (event.key === "Escape" && !this.closed) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.show();
    }
  }

  take(value) {
    this.close();
    if (this.select.value !== value) {
      this.select.value = value;
      this.select.dispatchEvent(new Event("input", { bubbles: true }));
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.show();
  }

  // an emptied box is an empty choice; a word that was never chosen is no choice
  leave() {
    if (!this.input.value.trim() && this.select.value && this.select.querySelector('option[value=""]')) this.take("");
    this.close();
    this.show();
  }

  close() {
    this.list.hidden = true;
    this.place = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

export function startChoosers() {
  each("select[data-chooser]", (select) => new Chooser(select));
}
