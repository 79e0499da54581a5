// Forms with data-keep="<key>" survive errors, reloads and sign-out: what was typed is kept in the browser for three days.
// Never kept: hidden fields, files, passwords, codes and fields with data-no-keep. What the server says was done (cookie
// bb-done: the client id of the form) and a page with data-keep-clear="<key>" end it.

import { each, store } from "./dom.js";
import { announce } from "./notify.js";
import { say } from "./words.js";

const PREFIX = "bb-keep:";
const LIFE = 72 * 3600_000;
const DONE = "bb-done";
const SKIP = "input[type=hidden], input[type=file], input[type=password], [autocomplete=one-time-code], [data-no-keep], button";

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !field.matches(SKIP));
const ticked = (field) => field.type === "radio" || field.type === "checkbox";

function gather(form) {
  const kept = {};
  for (const field of fieldsOf(form)) {
    if (ticked(field)) {
      if (field.checked) (kept[field.name] ??= []).push(field.value);
    } else if (field.value) {
      (kept[field.name] ??= []).push(field.value);
    }
  }
  return kept;
}

// The server's own values win: only what is still empty is filled.
function restore(form, kept) {
  let filled = 0;
  const fields = fieldsOf(form);
  for (const [name, values] of Object.entries(kept)) {
    const group = fields.filter((field) => field.name === name);
    if (group.some((field) => (ticked(field) ? field.checked : field.tagName !== "SELECT" && field.value))) continue;
    group.forEach((field, index) => {
      if (ticked(field)) field.checked = values.includes(field.value);
      else if (values[index] !== undefined && field.value !== values[index]) field.value = values[index];
      else return;
      filled += 1;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  return filled;
}

function keep(form) {
  const key = PREFIX + form.dataset.keep;
  const kept = store.get(key);
  if (kept && Date.now() - kept.at < LIFE && restore(form, kept.fields)) announce(say("已恢复您上次没有提交的内容"), "info");
  let timer = 0;
  const write = (sent) => {
    timer = 0;
    store.set(key, { at: Date.now(), fields: gather(form), sent });
  };
  const rest = () => {
    clearTimeout(timer);
    timer = 0;
  };
  const forget = () => {
    rest();
    store.remove(key);
  };
  // what is typed last goes with the form or with the page: the draft must not be older than what was sent
  const flush = () => {
    if (!timer) return;
    rest();
    write();
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(write, 300);
  });
  form.addEventListener("submit", () => {
    if (!timer && !store.get(key)) return;
    rest();
    write(form.elements.namedItem("client_id")?.value);
  });
  addEventListener("pagehide", flush);
  form.addEventListener("reset", forget);
  form.addEventListener("htmx:afterRequest", (event) => event.detail.elt === form && event.detail.successful && forget());
}

/** The client id of the form that the last answer says was done; told once. */
function done() {
  const id = document.cookie.match(`(?:^|; )${DONE}=([\\w-]+)`)?.[1];
  if (id) document.cookie = `${DONE}=; max-age=0; path=/; samesite=lax`;
  return id;
}

export function startDrafts() {
  const over = done();
  for (const key of store.keys()) {
    if (!key.startsWith(PREFIX)) continue;
    const kept = store.get(key);
    if (Date.now() - (kept?.at ?? 0) > LIFE || (over && kept?.sent === over)) store.remove(key);
  }
  each("[data-keep-clear]", (element) => element.dataset.keepClear.split(/\s+/).forEach((key) => store.remove(PREFIX + key)));
  each("form[data-keep]", keep);
}
