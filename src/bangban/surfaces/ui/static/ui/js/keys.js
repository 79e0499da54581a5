// Keyboard on the desk, read from the page: data-key="a", "g q" (one after the other) or "ctrl+enter". `?` lists them.
// They rest while somebody types, and can be switched off for good (WCAG 2.1.4).

import { store } from "./dom.js";

const OFF = "bb-keys-off";
const PAUSE = 1200;
let first = "";
let timer;

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");
const visible = (element) => element.getClientRects().length > 0;

function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase();
  return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${event.altKey ? "alt+" : ""}${key}`;
}

function press(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

const bound = () => [...document.querySelectorAll("[data-key]")].filter((element) => visible(element) && !element.disabled);

function showHelp() {
  let panel = document.getElementById("keys-help");
  panel?.remove();
  panel = document.createElement("dialog");
  panel.id = "keys-help";
  panel.className = "dialog";
  panel.setAttribute("aria-label", "键盘快捷键");
  const box = document.createElement("div");
  box.className = "dialog__in";
  const title = document.createElement("h2");
  title.className = "dialog__title";
  title.textContent = "键盘快捷键";
  const list = document.createElement("dl");
  list.className = "keylist";
  const rows = new Map([["?", "显示本页"], ["Esc", "关闭面板"]]);
  bound().forEach((element) => rows.set(element.dataset.key, element.dataset.keyLabel || element.textContent.trim()));
  for (const [keys, label] of rows) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    term.append(...keys.split(" ").flatMap((key, index) => {
      const cap = document.createElement("kbd");
      cap.textContent = key.length === 1 ? key.toUpperCase() : key;
      return index ? [" ", cap] : [cap];
    }));
    const words = document.createElement("dd");
    words.textContent = label;
    row.append(term, words);
    list.append(row);
  }
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "btn btn--secondary";
  const say = () => (toggle.textContent = store.get(OFF) ? "启用快捷键" : "停用单键快捷键");
  toggle.addEventListener("click", () => (store.get(OFF) ? store.remove(OFF) : store.set(OFF, true), say()));
  say();
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn--primary";
  close.textContent = "关闭";
  close.autofocus = true;
  close.addEventListener("click", () => panel.close());
  const foot = document.createElement("div");
  foot.className = "row row--end";
  foot.append(toggle, close);
  box.append(title, list, foot);
  panel.append(box);
  document.body.append(panel);
  panel.showModal();
}

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || document.querySelector("dialog:modal")) return;
    const name = nameOf(event);
    const plain = !name.includes("ctrl+") && !name.includes("alt+");
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (plain && (typing(event.target) || store.get(OFF))) return;
    if (event.key === "?") return showHelp();
    const both = first ? `${first} ${name}` : name;
    const element = bound().find((candidate) => candidate.dataset.key === both || candidate.dataset.key === name);
    clearTimeout(timer);
    first = "";
    if (element) {
      event.preventDefault();
      press(element);
    } else if (plain && name.length === 1) {
      first = name;
      timer = setTimeout(() => (first = ""), PAUSE);
    }
  });
  document.addEventListener("click", (event) => event.target.closest?.("[data-keys-help]") && showHelp());
}
