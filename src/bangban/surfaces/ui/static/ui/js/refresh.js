// `data-live-refresh="kind1 kind2" data-live-url="…"`: the part is fetched anew through htmx when such an event arrives.
// Waits while somebody types, chooses, presses or sends inside the part, so that nothing jumps under the hand; what is
// open or typed but not sent stays through a refresh.

const SETTLE = 150;
const AGAIN = 3000;
const timers = new WeakMap();
const kept = new WeakMap();
let pressed;

function typing(part) {
  const active = document.activeElement;
  return part.contains(active) && active.matches("input, textarea, select, [contenteditable]");
}

const acting = (part) => (pressed && part.contains(pressed)) || part.querySelector("form[data-sending]") !== null;

/** Whether the part must stay as it is for now; it is then refreshed as soon as it may be. */
function held(part) {
  if (typing(part)) {
    part.addEventListener("focusout", () => refreshSoon(part), { once: true });
    return true;
  }
  if (!acting(part)) return false;
  refreshSoon(part);
  return true;
}

function fetchPart(part) {
  if (!part.isConnected || held(part)) return;
  const asked = window.htmx?.ajax("GET", part.dataset.liveUrl, { target: part, swap: part.dataset.liveSwap || "innerHTML", source: part });
  asked?.catch(() => setTimeout(() => refreshSoon(part), AGAIN)); // no network: the hint must not be lost
}

/** What somebody has opened or typed in a part and not sent: the ids inside open disclosures, and changed texts by id. */
function begun(part) {
  const opened = [...part.querySelectorAll("details[open] [id]")].map((one) => one.id);
  const typed = [...part.querySelectorAll("input[id], textarea[id]")].filter((one) => one.type !== "hidden" && one.value !== one.defaultValue);
  return { opened, typed: typed.map((one) => [one.id, one.value]) };
}

function carryOn(part, { opened, typed }) {
  const within = (id) => part.querySelector(`#${CSS.escape(id)}`);
  for (const id of opened) within(id)?.closest("details")?.setAttribute("open", "");
  for (const [id, value] of typed) {
    const field = within(id);
    if (field) field.value = value;
  }
}

function refreshSoon(part) {
  clearTimeout(timers.get(part));
  timers.set(part, setTimeout(() => fetchPart(part), SETTLE));
}

/** Refresh the parts that name the kind of an arriving event; all of them when polling. `prefix.*` names a family of kinds. */
export function startRefresh() {
  document.addEventListener("live:any", ({ detail }) => {
    document.querySelectorAll("[data-live-refresh]").forEach((part) => {
      const topic = part.dataset.liveTopic;
      if (topic && !detail.topics?.includes(topic)) return;
      const kinds = part.dataset.liveRefresh.split(/\s+/);
      const wanted = kinds.some((kind) => kind === "*" || kind === detail.kind || (kind.endsWith(".*") && detail.kind.startsWith(kind.slice(0, -1))));
      if (wanted) refreshSoon(part);
    });
  });
  // between pressing a button and letting it go, or while an answer was on its way, somebody may have begun to act
  document.addEventListener("pointerdown", (event) => (pressed = event.target), true);
  for (const type of ["click", "pointercancel", "dragend"]) document.addEventListener(type, () => setTimeout(() => (pressed = undefined)), true);
  document.addEventListener("pointerup", () => setTimeout(() => (pressed = undefined), SETTLE), true);
  document.addEventListener("htmx:beforeSwap", (event) => {
    // the answer to a form that stands inside the part is what somebody waits for; only a refresh of its own may wait
    const { requestConfig, target } = event.detail;
    if (requestConfig.elt !== target || !target.matches("[data-live-refresh]")) return;
    if (held(target)) event.detail.shouldSwap = false;
    else kept.set(target, begun(target));
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (kept.has(target)) carryOn(target, kept.get(target));
    kept.delete(target);
  });
  document.addEventListener("live:poll", () => document.querySelectorAll("[data-live-refresh]").forEach(refreshSoon));
}
