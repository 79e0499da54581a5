// A conversation that grows: any event on its topic is only a hint; the lines themselves are fetched after the last position.
// The server is the truth: a line that comes again replaces the one that is there, a pending one gives way to its stored twin.

import { each, post } from "./dom.js";
import { say } from "./words.js";

const NEAR = 90;
const TYPING_SHOWN = 5000;
const AGAIN = 3000;

export class Conversation {
  constructor(root) {
    this.root = root;
    this.log = root.querySelector("[data-talk-log]");
    this.scroller = root.querySelector("[data-talk-scroll]");
    this.pill = root.querySelector("[data-talk-pill]");
    this.typing = root.querySelector("[data-typing]");
    this.readUpTo = 0;
    this.atBottom = true;
    this.#listen();
    this.toBottom();
    this.markRead();
  }

  get last() {
    return Math.max(0, ...[...this.log.querySelectorAll("[data-position]")].map((line) => Number(line.dataset.position)));
  }

  #listen() {
    const { topic, typingKind, readKind, side, changeKinds } = this.root.dataset;
    const mine = (detail) => !topic || detail.topics?.includes(topic) || detail.topic === topic;
    const changes = (changeKinds ?? "").split(/\s+/);
    document.addEventListener("live:any", ({ detail }) => {
      if (!mine(detail)) return;
      if (detail.kind === typingKind) return this.showTyping(detail.data ?? {}, side);
      if (detail.kind === readKind) return this.showRead(detail.data ?? {}, side);
      this.fetch(changes.includes(detail.kind) ? 0 : this.last);
    });
    document.addEventListener("live:poll", () => this.fetch());
    document.addEventListener("live:ready", () => this.fetch());
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.pill.addEventListener("click", () => this.toBottom());
    document.addEventListener("visibilitychange", () => this.markRead());
    new ResizeObserver(() => this.atBottom && this.toBottom()).observe(this.scroller);
    this.log.addEventListener("load", () => this.atBottom && this.toBottom(), true);
  }

  /** Fetch what comes after a position; what is asked for meanwhile is fetched right after. Tells whether the server gave it; without a network it is tried again. */
  fetch(after = this.last) {
    this.wanted = Math.min(this.wanted ?? after, after);
    this.running ??= this.#run();
    return this.running;
  }

  async #run() {
    let answered;
    while (this.wanted !== undefined) {
      const after = this.wanted;
      this.wanted = undefined;
      answered = await this.#once(after);
    }
    clearTimeout(this.again);
    if (answered === undefined) this.again = setTimeout(() => this.fetch(), AGAIN);
    this.running = undefined; // at once, so that nobody waits for a run that is over
    return answered;
  }

  async #once(after) {
    try {
      const url = new URL(this.root.dataset.afterUrl, location.href);
      url.searchParams.set("after", after);
      const answer = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (answer.ok && answer.status !== 204) this.take(await answer.text());
      return answer.ok;
    } catch {
      return undefined; // no network: the hint must not be lost
    }
  }

  take(html) {
    const box = document.createElement("template");
    box.innerHTML = html;
    const before = this.last;
    this.atBottom = this.#near();
    let news = 0;
    for (const line of box.content.querySelectorAll("[data-position]")) {
      const { position, clientId } = line.dataset;
      if (clientId) this.log.querySelector(`[data-pending-id="${CSS.escape(clientId)}"]`)?.remove();
      const old = this.log.querySelector(`[data-position="${CSS.escape(position)}"]`);
      if (old) {
        if (!old.isEqualNode(line) && !old.contains(document.activeElement)) old.replaceWith(line);
      } else {
        this.place(line);
        if (Number(position) > before && !line.classList.contains("line--mine")) news += 1;
      }
      window.htmx?.process(line);
    }
    if (this.typing) this.typing.hidden = true;
    if (this.atBottom) this.toBottom();
    else if (news) this.showPill(news);
    this.markRead();
    if (news) this.root.dispatchEvent(new CustomEvent("talk:news", { bubbles: true, detail: { count: news } }));
  }

  // lines that are still on their way stay below the stored ones
  place(line) {
    const later = [...this.log.querySelectorAll("[data-position]")].find((other) => Number(other.dataset.position) > Number(line.dataset.position));
    this.log.insertBefore(line, later ?? this.log.querySelector("[data-pending-id]"));
  }

  append(pending) {
    this.log.append(pending);
    this.toBottom();
  }

  // measured afresh before lines are added: the scroll event of a reader who just moved may not have come yet
  #near() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR;
  }

  #scrolled() {
    this.atBottom = this.#near();
    if (this.atBottom) {
      this.pill.hidden = true;
      this.markRead();
    }
  }

  toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.atBottom = true;
    this.pill.hidden = true;
  }

  showPill(count) {
    this.pill.hidden = false;
    this.pill.querySelector("span").textContent = count > 1 ? say("{} 条新消息", count) : say("有新消息");
  }

  showTyping({ side, name }, own) {
    if (!this.typing || (side && side === own)) return;
    this.typing.querySelector("[data-typing-text]").textContent = say("{}正在输入", name || say("对方"));
    this.typing.hidden = false;
    if (this.atBottom) this.toBottom();
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => (this.typing.hidden = true), TYPING_SHOWN);
  }

  showRead({ side, position }, own) {
    if (side && side === own) return;
    this.log.querySelectorAll(".line--mine[data-position]").forEach((line) => {
      const mark = line.querySelector("[data-read-mark]");
      if (!mark || (position && Number(line.dataset.position) > position)) return;
      mark.dataset.read = "";
      mark.querySelector("[data-read-words]").textContent = say("已读");
    });
  }

  // seen means: the tab is in front and the end of the talk is in view
  markRead() {
    const { readUrl } = this.root.dataset;
    const position = this.last;
    if (!readUrl || document.hidden || !this.atBottom || position <= this.readUpTo) return;
    this.readUpTo = position;
    post(readUrl, { position }).catch(() => (this.readUpTo = 0));
  }
}

const talks = new Map();

/** The conversation that stands in the element with this id. */
export const talkOf = (id) => talks.get(id);

export function startConversations() {
  each("[data-talk]", (root) => talks.set(root.id, new Conversation(root)));
}
