// A ticket on the phone: rings and shakes when it is called, if its holder allowed that by a tap. What the hall does to the line is
// asked for at leisure, so that a full hall of phones does not all ask at once; the own ticket's news come at once.

import { each } from "../../ui/js/dom.js";

const LEISURE = 12_000;
const SPREAD = 8_000;
const ANYWAY = 60_000;
const SHAKE = [300, 150, 300, 150, 600];
let rings = false;
let sound;
let wake;
let last;
let due;

const now = () => document.querySelector("#ticket-now .tick");
const ask = () => document.dispatchEvent(new CustomEvent("live:poll", { detail: {} }));

function later() {
  due ??= setTimeout(() => {
    due = undefined;
    ask();
  }, LEISURE + Math.random() * SPREAD);
}

function ring() {
  if (!rings) return;
  navigator.vibrate?.(SHAKE);
  if (!sound) return;
  for (const [place, pitch] of [784, 988, 784, 988].entries()) {
    const start = sound.currentTime + place * 0.28;
    const voice = sound.createOscillator();
    const volume = sound.createGain();
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.26);
    voice.connect(volume).connect(sound.destination);
    voice.start(start);
    voice.stop(start + 0.27);
  }
}

function look() {
  const tick = now();
  if (!tick) return;
  const { call, callWords, state } = tick.dataset;
  if (call && call !== last) {
    ring();
    document.title = `● ${callWords}`;
    scrollTo({ top: 0 });
  }
  last = call;
  document.querySelectorAll("[data-while]").forEach((part) => (part.hidden = !part.dataset.while.split(" ").includes(state)));
  if (state === "serving" || state === "done") wake?.release().catch(() => {});
}

async function allow(button) {
  const box = button.closest("[data-ring]");
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  button.querySelector("[data-ring-words]").textContent = on ? box.dataset.on : box.dataset.off;
  rings = on;
  sound?.close();
  sound = on && "AudioContext" in window ? new AudioContext() : undefined;
  if (on) navigator.vibrate?.(120);
  // the screen stays lit while one waits, where the phone lets a page ask for that
  wake = on ? await navigator.wakeLock?.request("screen").catch(() => undefined) : void wake?.release();
}

each("[data-ring-button]", (button) => {
  button.hidden = !("AudioContext" in window) && !("vibrate" in navigator);
  button.addEventListener("click", () => allow(button));
});
last = now()?.dataset.call;
look();
document.addEventListener("htmx:afterSettle", look);
document.addEventListener("live:any", ({ detail }) => !detail.topics?.some((topic) => topic.startsWith("ticket:")) && later());
setInterval(() => !document.hidden && ask(), ANYWAY);
document.addEventListener("visibilitychange", () => !document.hidden && ask());
