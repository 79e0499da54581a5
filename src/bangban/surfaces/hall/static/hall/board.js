// A board on a wall. What it shows is fetched whole: at every hint of the hall, at every reconnect, when its day turns, and
// once a minute in any case. Time and ages come from the server; between two answers a clock counts that nobody can set.

import { startLive } from "../ui/js/live.js";
import { Announcer } from "./announce.js";
import { startTurning } from "./turning.js";

const GATHER = 150;
const ROUTINE = 60_000;
const AGAIN = 2_000;
const AWAY_AFTER = 15_000;
const FRESH = 15; // seconds that a new call stays highlighted

const screen = document.getElementById("screen");
const away = document.getElementById("away");
const announcer = new Announcer(document.body.hasAttribute("data-voice"), document.getElementById("sound"));
const highlighted = new Set();

let base = { at: 0, since: 0 };
let shown = "";
let gathering;
let fetching = false;
let askedAgain = false;
let turning;
let wellAt = performance.now();

function keepTime({ at, turns_in: turnsIn, date }) {
  base = { at, since: performance.now() };
  if (date) document.getElementById("date").textContent = date;
  clearTimeout(turning);
  turning = setTimeout(fetchSoon, Math.min(turnsIn * 1000 + 500, 2 ** 31 - 1));
  tick();
}

function tick() {
  const local = new Date(base.at + performance.now() - base.since);
  const two = (number) => String(number).padStart(2, "0");
  document.getElementById("clock").textContent = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  away.hidden = performance.now() - wellAt < AWAY_AFTER;
}

function highlight(calls) {
  for (const { key, age, waits } of calls) {
    const call = screen.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!call || !waits || age >= FRESH) continue;
    call.classList.add("call--new");
    if (!highlighted.has(key)) call.classList.add("call--pulse");
    highlighted.add(key);
    setTimeout(() => call.classList.remove("call--new", "call--pulse"), (FRESH - age) * 1000);
  }
  if (highlighted.size > 500) highlighted.clear();
}

function show(state) {
  if (state.html !== undefined && state.html !== shown) {
    shown = state.html;
    screen.innerHTML = shown;
  }
  keepTime(state);
  highlight(state.calls);
  announcer.hear(state.calls);
}

async function fetchState() {
  gathering = undefined;
  if (fetching) {
    askedAgain = true;
    return;
  }
  fetching = true;
  try {
    const answer = await fetch(document.body.dataset.stateUrl, { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    wellAt = performance.now();
  } catch {
    setTimeout(fetchSoon, AGAIN);
  } finally {
    fetching = false;
    tick();
    if (askedAgain) fetchSoon();
    askedAgain = false;
  }
}

/** Several hints that come together cost one fetch; hints that never stop cannot put it off. */
function fetchSoon() {
  gathering ??= setTimeout(fetchState, GATHER);
}

document.addEventListener("live:any", fetchSoon);
document.addEventListener("live:poll", fetchSoon);
document.addEventListener("live:state", ({ detail }) => detail.state === "open" && fetchSoon());
document.addEventListener("visibilitychange", () => document.hidden || fetchSoon());
addEventListener("online", fetchSoon);
setInterval(fetchSoon, ROUTINE);
setInterval(tick, 1000);

show(JSON.parse(screen.dataset.first));
startTurning(screen);
startLive();
