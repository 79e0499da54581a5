// `data-live-refresh="kind1 kind2" data-live-url="…"`: the part is fetched anew through htmx when such an event arrives.
// Waits while somebody types or chooses inside the part, so that nothing jumps under the hand.

const SETTLE = 150;
const timers = new WeakMap();

function busy(part) {
  const active = document.activeElement;
  return part.contains(active) && active.matches("input, textarea, select, [contenteditable]");
}

function fetchPart(part) {
  if (!part.isConnected) return;
  if (busy(part)) {
    part.addEventListener("focusout", () => refreshSoon(part), { once: true });
    return;
  }
  window.htmx?.ajax("GET", part.dataset.liveUrl, { target: part, swap: part.dataset.liveSwap || "innerHTML", source: part });
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
  document.addEventListener("live:poll", () => document.querySelectorAll("[data-live-refresh]").forEach(refreshSoon));
}
