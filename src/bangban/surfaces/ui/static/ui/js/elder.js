// Elder mode is chosen by a form and shown by the server; here only the size of the words and reading aloud.

import { announce } from "./notify.js";
import { each, on } from "./dom.js";
import { say } from "./words.js";

const SIZES = { 1: "放大文字", 2: "再放大", 3: "恢复文字" };

function size(button) {
  const root = document.documentElement;
  const show = () => (button.textContent = say(SIZES[root.dataset.size || "1"]));
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    root.dataset.size = String((Number(root.dataset.size || "1") % 3) + 1);
    document.cookie = `text_size=${root.dataset.size}; path=/; max-age=31536000; samesite=lax`;
    show();
  });
}

function speak(text, button) {
  const voice = window.speechSynthesis;
  // engines cut long texts, so it goes sentence by sentence
  const parts = text.match(/[^。！？；\n]+[。！？；]?/g) ?? [];
  parts.map((part) => part.trim()).filter(Boolean).forEach((part, index, all) => {
    const saying = new SpeechSynthesisUtterance(part);
    saying.lang = document.documentElement.lang;
    saying.rate = 0.9;
    if (index === all.length - 1) saying.onend = () => button.setAttribute("aria-pressed", "false");
    voice.speak(saying);
  });
}

export function startElder() {
  each("[data-text-size]", size);
  each("[data-read-aloud]", (button) => (button.hidden = !("speechSynthesis" in window)));
  on("click", "[data-read-aloud]", (event, button) => {
    const reading = button.getAttribute("aria-pressed") === "true";
    window.speechSynthesis.cancel();
    button.setAttribute("aria-pressed", String(!reading));
    if (reading) return;
    const chosen = String(getSelection()).trim();
    const words = chosen || document.getElementById("main").innerText.trim();
    if (words) speak(words, button);
    else announce(say("本页没有可朗读的内容"));
  });
}
