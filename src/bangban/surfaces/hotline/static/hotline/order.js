// The order form follows the talk: every field is saved by itself while it is typed; what could not be saved is kept in
// the browser and sent again, also after a reload and a new sign-in. A field that somebody else changed is shown, never
// overwritten.

const WAIT = 600;
const AGAIN = 4000;
const LATER = 15000;
const NOT_NOW = [401, 403, 408, 429];
const SHAPES = ["kind", "category"];

class Filling {
  constructor(form) {
    this.form = form;
    this.key = `bb-order:${form.dataset.filling}`;
    this.known = this.read();
    this.changed = new Map(Object.entries(JSON.parse(localStorage.getItem(this.key) ?? "{}")));
    this.wrong = new Map(); // typed and not taken: kept, sent again only when somebody mends it
    this.turn = 0;
    for (const [name, value] of this.changed) this.write(name, value);
    form.addEventListener("compositionstart", () => (this.composing = true));
    form.addEventListener("compositionend", () => (this.composing = false));
    form.addEventListener("input", (event) => this.note(event.target, WAIT));
    form.addEventListener("change", (event) => this.note(event.target, 0));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    addEventListener("beforeunload", () => this.form.isConnected && this.keep());
    if (this.changed.size) this.later(0);
  }

  read() {
    return new Map([...new FormData(this.form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "client_id"));
  }

  write(name, value) {
    const field = this.form.elements[name];
    if (!field) return;
    if (field instanceof RadioNodeList) field.value = value;
    else field.value = value;
  }

  note(field, wait) {
    if (!field.name) return;
    this.turn += 1;
    this.changed.set(field.name, field.value);
    this.wrong.delete(field.name);
    this.keep();
    this.say("正在保存…");
    this.later(wait);
  }

  keep() {
    const kept = [...this.wrong, ...this.changed];
    if (kept.length) localStorage.setItem(this.key, JSON.stringify(Object.fromEntries(kept)));
    else localStorage.removeItem(this.key);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  async send() {
    if (this.busy || !this.changed.size) return;
    const sent = new Map(this.changed);
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value });
    for (const [name, value] of sent) {
      body.set(name, value);
      if (this.known.has(name)) body.set(`base.${name}`, this.known.get(name));
    }
    this.busy = true;
    let answer, told;
    try {
      answer = await fetch(this.form.action, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
      told = await answer.json().catch(() => ({}));
    } catch {
      this.busy = false;
      this.say("网络断开，内容已留在本机，会自动重试", true);
      return this.later(AGAIN);
    }
    this.busy = false;
    if (answer.status >= 500) {
      this.say("暂时没有保存上，会自动重试", true);
      return this.later(AGAIN);
    }
    if (NOT_NOW.includes(answer.status)) {
      this.say(told.detail ?? "现在不能保存，内容已留在本机，稍后自动重试", true);
      return this.later(LATER);
    }
    this.take(sent, told, answer.ok);
  }

  take(sent, told, ok) {
    const problems = { ...(told.problems ?? {}) };
    const conflicts = told.conflicts ?? {};
    for (const [name, value] of sent) {
      this.mark(name, problems[name] ?? (name in conflicts ? `别人已改为“${conflicts[name]}”，请核对后再改一次。` : ""));
      if (this.changed.get(name) === value) this.changed.delete(name);
      if (name in problems && !this.changed.has(name)) this.wrong.set(name, value);
      // what stands there now, as it was tidied: the next change must not look like one of somebody else
      const stands = { ...told.saved, ...conflicts }[name];
      if (stands !== undefined) this.known.set(name, stands);
    }
    // what followed from it, as the urgency from words of an emergency
    for (const [name, value] of Object.entries(told.saved ?? {})) {
      if (sent.has(name) || this.changed.has(name)) continue;
      this.known.set(name, value);
      this.write(name, value);
    }
    this.keep();
    if (!ok && !Object.keys(problems).length) return this.say(told.detail ?? "没有保存上", true);
    const wrong = Object.keys(problems).length + Object.keys(conflicts).length;
    this.say(wrong ? `有 ${wrong} 处需要核对` : "已保存", wrong > 0);
    document.body.dispatchEvent(new CustomEvent("filled"));
    if (ok && (this.stale || SHAPES.some((name) => sent.has(name) && !(name in problems)))) this.again();
    if (this.changed.size) this.later(WAIT);
  }

  mark(name, sentence) {
    const field = this.form.elements[name];
    const place = (field instanceof RadioNodeList ? field[0] : field)?.closest(".field");
    if (!place) return;
    place.classList.toggle("field--error", Boolean(sentence));
    let line = place.querySelector(".field__error[data-saved]");
    if (!sentence) return void line?.remove();
    if (!line) {
      line = document.createElement("p");
      line.className = "field__error";
      line.dataset.saved = "";
      place.append(line);
    }
    line.textContent = sentence;
  }

  say(sentence, wrong = false) {
    const place = this.form.querySelector("[data-filling-state]");
    place.textContent = sentence;
    place.toggleAttribute("data-wrong", wrong);
  }

  // another kind or class asks other things; what was typed since the question left waits for its own save, then asks again
  async again() {
    this.stale = false;
    const turn = this.turn;
    const answer = await fetch(this.form.dataset.again, { credentials: "same-origin", headers: { "HX-Request": "true" } });
    const text = answer.ok ? await answer.text() : "";
    if (!text || !this.form.isConnected) return;
    if (this.changed.size || this.composing) return void (this.stale = true);
    if (this.turn !== turn) return this.again();
    const box = document.createElement("template");
    box.innerHTML = text;
    const fresh = box.content.querySelector("form");
    const { id, selectionStart, selectionEnd } = document.activeElement ?? {};
    this.form.replaceWith(fresh);
    globalThis.htmx?.process(fresh);
    new Filling(fresh);
    const field = id && document.getElementById(id);
    if (!field || field === document.activeElement) return;
    field.focus({ preventScroll: true });
    if (typeof selectionStart === "number") field.setSelectionRange?.(selectionStart, selectionEnd);
  }
}

function fillIn(button) {
  const field = document.querySelector(`#panel [name="${button.dataset.fill}"]`) ?? document.querySelector(`#filling [name="${button.dataset.fill}"]`);
  if (!field) return;
  field.value = button.dataset.value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
  settle(button);
}

// what was chosen is no suggestion any more
function settle(button) {
  const box = button.closest(".suggested");
  for (const one of box?.querySelectorAll(`[data-fill="${button.dataset.fill}"]`) ?? []) one.closest("li").remove();
  if (box && !box.querySelector("li")) box.remove();
}

// a choice proposes words for another field; what somebody worded himself stays
document.addEventListener("change", ({ target }) => {
  if (!target.dataset?.proposes) return;
  const proposals = JSON.parse(target.dataset.proposals);
  const field = target.form.elements[target.dataset.proposes];
  if (field.value.trim() && !Object.values(proposals).includes(field.value)) return;
  field.value = proposals[target.value] ?? "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// many units: only those whose name holds what is typed, and those already ticked
document.addEventListener("input", ({ target }) => {
  if (!target.dataset?.narrow) return;
  const wanted = target.value.trim();
  for (const line of document.getElementById(target.dataset.narrow).children)
    line.hidden = wanted !== "" && !line.textContent.includes(wanted) && !line.querySelector(":checked");
});

const found = document.getElementById("filling");
if (found) new Filling(found);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (button) fillIn(button);
});
