// Nobody there for a minute: everything typed goes and the first screen comes. The last seconds are announced, and any touch stays.

import { goHome, onScreen, screen } from "./screens.js";

let touched = performance.now();

const seconds = () => Math.floor((performance.now() - touched) / 1000);

function warn(left) {
  const line = screen().querySelector("[data-still]");
  if (!line) return;
  line.hidden = left === null;
  if (left !== null) line.querySelector("[data-still-left]").textContent = String(left);
}

function look() {
  const { idle, warn: before, screen: name } = screen().dataset;
  const left = Number(idle) - seconds();
  if (left <= 0) {
    touched = performance.now();
    goHome();
  } else warn(name !== "home" && left <= Number(before) ? left : null);
}

export function startIdle() {
  for (const type of ["pointerdown", "keydown", "input", "scroll", "click"]) {
    addEventListener(type, () => {
      touched = performance.now();
      // a question gone while the finger is still down would give the touch to whatever lies below it
      if (type !== "pointerdown") warn(null);
    }, { capture: true, passive: true });
  }
  onScreen(() => (touched = performance.now()));
  setInterval(look, 1000);
}
