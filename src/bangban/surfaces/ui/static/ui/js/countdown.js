// Clock chips with a due time run down by themselves. Above a day the server's words stay, because only it knows working days.

import { each, now } from "./dom.js";
import { say } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STATES = ["green", "yellow", "red"];
const SPOKEN = { green: "时限正常，", yellow: "临近时限，", red: "已超时限，" };

/** Words for a length of time in milliseconds. */
export function words(span) {
  const left = Math.abs(span);
  if (left < 2 * MINUTE) return say("{} 秒", Math.max(0, Math.floor(left / 1000)));
  if (left < HOUR) return say("{} 分", Math.floor(left / MINUTE));
  const minutes = Math.floor((left % HOUR) / MINUTE);
  const hours = Math.floor(left / HOUR);
  return minutes ? say("{} 小时 {} 分", hours, minutes) : say("{} 小时", hours);
}

/** State and words of a clock at a moment; null when the server's words should stay. */
export function judge(due, warn, at) {
  const left = due - at;
  const state = left < 0 ? "red" : warn && at >= warn ? "yellow" : "green";
  const text = Math.abs(left) > 24 * HOUR ? null : say(left < 0 ? "超 {}" : "剩 {}", words(left));
  return { state, text };
}

function run(chip) {
  const due = Date.parse(chip.dataset.due);
  const warn = Date.parse(chip.dataset.warn ?? "") || 0;
  if (Number.isNaN(due)) return;
  const tick = () => {
    if (!chip.isConnected) return;
    const { state, text } = judge(due, warn, now());
    if (!chip.classList.contains(`clock--${state}`)) {
      STATES.forEach((other) => chip.classList.toggle(`clock--${other}`, other === state));
      chip.querySelector("[data-clock-spoken]").textContent = say(SPOKEN[state]);
      chip.dispatchEvent(new CustomEvent("clock:turned", { bubbles: true, detail: { state } }));
    }
    const place = chip.querySelector("[data-clock-text]");
    if (text && place.textContent !== text) place.textContent = text;
    setTimeout(tick, Math.abs(due - now()) < 2 * MINUTE ? 1000 : 15_000);
  };
  tick();
}

export function startCountdowns() {
  each(".clock[data-due]", run);
  each("[data-hours-until]", (element) => {
    const until = Date.parse(element.dataset.hoursUntil);
    const wait = until - now();
    if (wait > 0 && wait < 12 * HOUR) setTimeout(() => document.dispatchEvent(new CustomEvent("live:poll")), wait + 1000);
  });
}
