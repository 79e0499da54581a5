// After a ticket: the slip is printed once, and the first screen comes back by itself unless somebody wants to look longer.
// Also: a screen that waits for a person of the hall asks again how it stands.

import { goHome, onScreen, screen } from "./screens.js";

const AGAIN = 5000;
let timer;

function count(left) {
  clearInterval(timer);
  const show = () => {
    const words = screen().querySelector("[data-countdown-left]");
    if (words) words.textContent = String(left);
  };
  show();
  timer = setInterval(() => {
    left -= 1;
    if (left <= 0) {
      clearInterval(timer);
      goHome();
    } else show();
  }, 1000);
}

function ticket(shown) {
  clearInterval(timer);
  const paper = shown.querySelector("[data-countdown]");
  if (!paper) return;
  shown.querySelectorAll("[data-stay], [data-countdown-line]").forEach((part) => (part.hidden = false));
  count(Number(paper.dataset.countdown));
  if (paper.hasAttribute("data-print")) requestAnimationFrame(() => setTimeout(() => print(), 100));
}

function waiting(shown) {
  const address = shown.querySelector("[data-again]")?.dataset.again;
  if (!address) return;
  setTimeout(async () => {
    const same = () => screen().querySelector("[data-again]")?.dataset.again === address;
    if (!same()) return;
    try {
      const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
      const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("kiosk");
      const state = (part) => part?.querySelector("[data-state]")?.dataset.state;
      if (next && same() && state(next) !== state(shown)) {
        shown.replaceWith(next);
        globalThis.htmx?.process(next);
      }
    } catch {
      // the line is cut: the screen stays as it is and asks again
    }
    waiting(screen());
  }, AGAIN);
}

export function startTicket() {
  onScreen(ticket);
  onScreen(waiting);
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-stay]")) return;
    clearInterval(timer);
    screen().querySelectorAll("[data-stay], [data-countdown-line]").forEach((part) => (part.hidden = true));
  });
}
