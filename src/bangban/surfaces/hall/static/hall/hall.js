// What the pages of hall staff need beside the shared islands: calm refreshing while a whole hall moves, timers, the space bar.

import { each, now } from "../ui/js/dom.js";
import { startReplay } from "./replay.js";

const CALM = 3_000;
let last = 0;
let waiting;

/** A hall has many events a minute and many pages that show it: each page looks at most every three seconds. */
function startCalm() {
  document.addEventListener("live:any", ({ detail }) => {
    if (detail.kind === "hall.changed" || !detail.topics?.some((topic) => topic.startsWith("hall:"))) return;
    waiting ??= setTimeout(() => {
      waiting = undefined;
      last = performance.now();
      document.dispatchEvent(new CustomEvent("live:any", { detail: { kind: "hall.changed", topics: detail.topics } }));
    }, Math.max(0, last + CALM - performance.now()) + Math.random() * 300);
  });
}

function startTimers() {
  const show = (element) => {
    const seconds = Math.max(0, Math.floor((now() - Date.parse(element.dataset.since)) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    element.textContent = `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  };
  each("[data-since]", show);
  setInterval(() => document.querySelectorAll("[data-since]").forEach(show), 1000);
}

/** The space bar presses `data-space`, unless it belongs to whatever has the focus. */
function startSpace() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.repeat || event.defaultPrevented || document.querySelector("dialog:modal")) return;
    if (event.target.closest?.("input, textarea, select, button, a, summary, [contenteditable]")) return;
    const button = document.querySelector("[data-space]");
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

startCalm();
startReplay();
startTimers();
startSpace();
