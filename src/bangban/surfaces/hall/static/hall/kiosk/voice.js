// Spoken prompts. Another engine takes over by answering the event `kiosk:speak` (preventDefault); without any voice the screen
// says everything in writing.

import { onScreen, screen } from "./screens.js";

const RATE = 0.95;

function voiceFor(lang) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.lang === lang && voice.localService) ?? voices.find((voice) => voice.lang.startsWith(lang.slice(0, 2)));
}

function speak(text, lang) {
  globalThis.speechSynthesis?.cancel();
  if (!text) return;
  const taken = !document.dispatchEvent(new CustomEvent("kiosk:speak", { detail: { text, lang }, cancelable: true }));
  if (taken || !globalThis.speechSynthesis) return;
  const saying = new SpeechSynthesisUtterance(text);
  saying.lang = lang;
  saying.rate = RATE;
  saying.voice = voiceFor(lang) ?? null;
  speechSynthesis.speak(saying);
}

function words(shown) {
  const said = [...shown.querySelectorAll("[data-speak]")].map((part) => part.dataset.speakAs ?? part.textContent);
  return said.map((text) => text.replace(/\s+/g, " ").trim()).filter(Boolean).join("，");
}

function prompt() {
  const shown = screen();
  if (shown.dataset.voice === "on") speak(words(shown), shown.dataset.lang);
  else globalThis.speechSynthesis?.cancel();
}

export function startVoice() {
  let last;
  onScreen((shown) => {
    // the first screen waits silently for people
    if (shown.dataset.screen !== "home" || last !== "home") prompt();
    last = shown.dataset.screen;
  });
  document.addEventListener("kiosk:look", ({ detail }) => detail === "voice" && prompt());
}
