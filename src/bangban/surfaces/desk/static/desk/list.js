// The left pane keeps itself up to date: lines change in place, new ones come in at their place, and nothing moves under
// the pointer: while it is over the list, new lines wait behind a button.

const SETTLE = 250;
const EVERY = 60_000;
const SCROLL = "bb-desk-scroll";

function rowsOf(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return [...box.content.querySelectorAll("[data-row]")];
}

class List {
  constructor(list) {
    this.list = list;
    this.pane = list.closest(".pane__body");
    this.bar = document.getElementById("newrows");
    this.waiting = [];
    this.over = false;
    this.steps = 0;
    this.list.addEventListener("pointerenter", () => (this.over = true));
    this.list.addEventListener("pointerleave", () => {
      this.over = false;
      this.letIn();
    });
    this.bar?.addEventListener("click", () => {
      this.letIn();
      this.pane.scrollTop = 0;
    });
    const soon = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.refresh(), SETTLE);
    };
    document.addEventListener("live:any", ({ detail }) => detail.kind.startsWith(this.list.dataset.listKind ?? "case.") && soon());
    document.addEventListener("live:poll", soon);
    setInterval(() => !document.hidden && this.refresh(), EVERY);
    if (this.first) document.addEventListener("htmx:afterSettle", ({ detail }) => detail.target === list && this.stand());
    else this.stand();
    addEventListener("pagehide", () => this.first || sessionStorage.setItem(this.key, this.pane.scrollTop));
  }

  // beside an open case the first lines are still on their way
  get first() {
    return this.list.querySelector("[data-list-waiting]");
  }

  get key() {
    return `${SCROLL}:${this.list.dataset.listUrl.replace(/current=[^&]*/, "")}`;
  }

  find(number) {
    return this.list.querySelector(`[data-row="${CSS.escape(number)}"]`);
  }

  async refresh() {
    let answer;
    try {
      answer = await fetch(this.list.dataset.listUrl, { credentials: "same-origin", headers: { "HX-Request": "true" } });
    } catch {
      return; // the next event or the next minute tries again
    }
    const away = answer.headers.get("HX-Redirect");
    if (away) return void (location.href = away);
    if (answer.ok) this.take(rowsOf(await answer.text()));
  }

  take(fresh) {
    this.first?.remove();
    const names = new Set(fresh.map((row) => row.dataset.row));
    const oldest = fresh.at(-1)?.dataset.at ?? "";
    for (const row of this.list.querySelectorAll("[data-row]")) {
      const covered = !fresh.length || row.dataset.at >= oldest;
      if (covered && !names.has(row.dataset.row) && !row.contains(document.activeElement)) row.remove();
    }
    this.waiting = [];
    for (const row of fresh) {
      const known = this.find(row.dataset.row);
      if (!known) this.waiting.push(row);
      else if (!known.isEqualNode(row) && !known.contains(document.activeElement)) known.replaceWith(row);
    }
    if (!this.over) return this.letIn();
    if (this.bar && this.waiting.length) {
      this.bar.hidden = false;
      this.bar.querySelector("button").textContent = `有 ${this.waiting.length} ${this.list.dataset.listNoun ?? "件新办件"}`;
    }
  }

  letIn() {
    for (const row of this.waiting) {
      const older = [...this.list.querySelectorAll("[data-row]")].find((other) => other.dataset.at < row.dataset.at);
      this.list.insertBefore(row, older ?? this.list.querySelector(".rows__more"));
    }
    if (this.waiting.length) document.getElementById("norows")?.replaceChildren();
    this.waiting = [];
    if (this.bar) this.bar.hidden = true;
  }

  // the list stands where it stood when another case is opened
  stand() {
    const kept = Number(sessionStorage.getItem(this.key));
    if (kept) this.pane.scrollTop = kept;
    this.list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    if (this.steps) this.step(this.steps);
  }

  step(by) {
    if (this.first) return void (this.steps += by);
    const links = [...this.list.querySelectorAll("[data-row] a")];
    const here = links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = here < 0 ? links[by > 0 ? 0 : links.length - 1] : links[here + by];
    next?.click();
  }
}

export function startList() {
  const found = document.querySelector("[data-list]");
  if (!found) return;
  const list = new List(found);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) list.step(Number(button.dataset.step));
  });
}
