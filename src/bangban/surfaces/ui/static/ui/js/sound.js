// A soft tone and a dot in the tab's title when something new needs a person. Both only for kinds that the page names in
// data-attention-kinds; the tone only after somebody switched it on.

import { each, on, store } from "./dom.js";

const KEY = "bb-sound";
const APART = 3000;
let context;
let played = 0;
const title = document.title;

function tone(frequency, start) {
  const voice = context.createOscillator();
  const volume = context.createGain();
  voice.frequency.value = frequency;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.12, start + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.6);
  voice.connect(volume).connect(context.destination);
  voice.start(start);
  voice.stop(start + 0.65);
}

function play() {
  if (!store.get(KEY) || Date.now() - played < APART) return;
  played = Date.now();
  context ??= new AudioContext();
  context.resume().then(() => {
    tone(523, context.currentTime);
    tone(659, context.currentTime + 0.18);
  });
}

function wanted(kind) {
  return (document.body.dataset.attentionKinds ?? "").split(/[\s,]+/).includes(kind);
}

export function startSound() {
  document.addEventListener("live:any", ({ detail }) => {
    if (!wanted(detail.kind)) return;
    play();
    if (document.hidden) document.title = `● ${title}`;
  });
  document.addEventListener("visibilitychange", () => !document.hidden && (document.title = title));
  each("[data-sound-toggle]", (button) => button.setAttribute("aria-pressed", String(Boolean(store.get(KEY)))));
  on("click", "[data-sound-toggle]", (event, button) => {
    const next = !store.get(KEY);
    store.set(KEY, next);
    button.setAttribute("aria-pressed", String(next));
    played = 0;
    if (next) play();
  });
}
