// Dictation, only on machines that were set up with an engine of their own: where the browser can, it is told to keep the voice inside.

import { onScreen, screen } from "./screens.js";

const Recognition = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;

function listen(button) {
  const field = document.getElementById(button.dataset.dictate);
  const ear = new Recognition();
  ear.lang = screen().dataset.lang;
  if ("processLocally" in ear) ear.processLocally = true;
  ear.onresult = (event) => {
    field.value = event.results[0][0].transcript.slice(0, field.maxLength);
    field.form.requestSubmit();
  };
  ear.onend = () => button.removeAttribute("aria-pressed");
  button.setAttribute("aria-pressed", "true");
  ear.start();
}

export function startDictation() {
  if (!Recognition) return;
  onScreen((shown) => shown.querySelectorAll("[data-dictate]").forEach((button) => (button.hidden = false)));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-dictate]");
    if (button) listen(button);
  });
}
