// Which screen is shown: after each change the page takes over its language and look, and the heading is where reading begins.
// When the house cannot be reached, the kiosk says so and tries again by itself; it never shows a browser's error.

const AGAIN = 10_000;
const RELOAD = 60 * 60_000;
const loaded = performance.now();
let busy = false;
let after = [];

export const screen = () => document.getElementById("kiosk");

/** Call `react(screen)` now and for every screen that comes. */
export function onScreen(react) {
  after.push(react);
  react(screen());
}

function takeOver() {
  const { lang, mode, panel } = screen().dataset;
  Object.assign(document.documentElement, { lang });
  Object.assign(document.documentElement.dataset, { mode, panel });
}

function arrive() {
  const shown = screen();
  if (!shown) return location.replace("/hall/kiosk/");
  takeOver();
  shown.querySelector(".k-title")?.focus({ preventScroll: true });
  after.forEach((react) => react(shown));
}

function away(is) {
  const words = screen()?.querySelector("[data-away]");
  if (words) words.hidden = !is;
}

/** Go to the first screen as it stands for the next person. */
export async function goHome() {
  if (busy) return;
  busy = true;
  try {
    const home = screen().dataset.home;
    const answer = await fetch(home, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok && answer.status !== 403 && answer.status !== 409) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("kiosk");
    // not known any more, or running for an hour: begin with a fresh page, now that the house answers
    if (!next || performance.now() - loaded > RELOAD) return location.replace(home);
    screen().replaceWith(next);
    globalThis.htmx?.process(next);
    arrive();
  } catch {
    away(true);
    setTimeout(goHome, AGAIN);
  } finally {
    busy = false;
  }
}

export function startScreens() {
  takeOver();
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    // a refusal is a screen, too; anything else that failed is not
    const refused = detail.xhr.status >= 400 && detail.xhr.status < 500;
    if (refused) detail.shouldSwap = true;
    if (refused) detail.isError = false;
  });
  document.addEventListener("htmx:afterSettle", arrive);
  for (const type of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(type, () => {
      away(true);
      setTimeout(goHome, AGAIN);
    });
  }
  // the browser's own way back leads to the first screen, never to what somebody did before
  history.pushState(null, "");
  addEventListener("popstate", () => {
    history.pushState(null, "");
    goHome();
  });
  addEventListener("contextmenu", (event) => event.preventDefault());
}
