// What somebody said and the server has not confirmed yet. Kept in the browser until it is, so that neither a dead
// network nor a reload loses a word; the client id makes sending again harmless.

import { newId, post, store } from "./dom.js";
import { say } from "./words.js";

const PATIENCE = [0, 1500, 4000];

export class Outbox {
  constructor(form, talk) {
    this.form = form;
    this.talk = talk;
    this.key = `bb-outbox:${form.dataset.draft}`;
    this.template = form.querySelector("[data-pending]");
    this.entries = store.get(this.key) ?? [];
    this.lines = new Map();
    for (const entry of this.entries) {
      if (this.talk?.log.querySelector(`[data-client-id="${CSS.escape(entry.id)}"]`)) this.forget(entry.id);
      else this.show(entry, "failed");
    }
  }

  /** Say something: shown at once, sent at once, tried three times, then offered for another try. */
  say(fields) {
    const entry = { id: newId(), fields };
    this.entries.push(entry);
    store.set(this.key, this.entries);
    this.show(entry, "sending");
    return this.send(entry);
  }

  show(entry, state) {
    const line = this.template.content.firstElementChild.cloneNode(true);
    line.dataset.pendingId = entry.id;
    line.querySelector("[data-pending-text]").textContent = entry.fields.text;
    line.querySelector("[data-retry]").addEventListener("click", () => this.send(entry));
    this.lines.set(entry.id, line);
    this.mark(entry.id, state);
    this.talk?.append(line);
  }

  mark(id, state, why = "") {
    const line = this.lines.get(id);
    if (!line) return;
    const words = line.querySelector("[data-pending-state]");
    line.classList.toggle("line--failed", state === "failed");
    line.querySelector("[data-retry]").hidden = state !== "failed";
    words.textContent = { sending: say("发送中"), sent: say("已送达"), failed: why }[state];
  }

  async send(entry) {
    this.mark(entry.id, "sending");
    for (const wait of PATIENCE) {
      if (wait) await new Promise((done) => setTimeout(done, wait));
      try {
        const answer = await post(this.form.action, this.#body(entry));
        if (answer.ok) return this.#arrived(entry);
        if (answer.status < 500 && answer.status !== 429) return this.mark(entry.id, "failed", await reason(answer));
      } catch {
        // no network: wait and try again
      }
    }
    this.mark(entry.id, "failed", navigator.onLine ? "" : say("网络已断开。"));
    return false;
  }

  #body(entry) {
    const body = new FormData();
    for (const field of this.form.querySelectorAll("input[type=hidden]")) body.set(field.name, field.value);
    for (const [name, value] of Object.entries(entry.fields)) body.set(name, value);
    body.set("client_id", entry.id);
    return body;
  }

  async #arrived(entry) {
    this.mark(entry.id, "sent");
    this.forget(entry.id);
    // a talk whose lines carry no client id, as with the assistant, has the words now all the same
    if (await this.talk?.fetch()) this.lines.get(entry.id).remove();
    return true;
  }

  forget(id) {
    this.entries = this.entries.filter((entry) => entry.id !== id);
    if (this.entries.length) store.set(this.key, this.entries);
    else store.remove(this.key);
  }
}

/** The sentence in which the server says why it refused; problem+json, JSON or plain text. */
export async function reason(answer) {
  if (answer.status === 401 || answer.status === 403) return say("登录已失效，内容已保留，请重新登录后重试。");
  try {
    const told = await answer.clone().json();
    return told.detail ?? told.title ?? "";
  } catch {
    return "";
  }
}
