// Short words that the page says. On ordinary pages they float and go; in elder mode they stand in the page and stay.

import { elder, each, on } from "./dom.js";
import { say } from "./words.js";

const SHOWN = 6000;

function place() {
  const box = document.getElementById("announce");
  const main = document.getElementById("main");
  if (box && elder() && main && !main.contains(box)) main.prepend(box);
  return box;
}

/** Say something to everybody, also to screen readers. tone: info | success | warn | danger */
export function announce(text, tone = "info") {
  const box = place();
  if (!box) return;
  const toast = document.createElement("div");
  toast.className = `toast toast--${tone}`;
  toast.dataset.toast = "";
  const words = document.createElement("p");
  words.textContent = text;
  toast.append(words);
  box.append(toast);
}

export function startNotices() {
  each("[data-toast]", (toast) => {
    if (!elder()) setTimeout(() => toast.remove(), SHOWN + toast.textContent.length * 60);
  });
  on("click", "[data-toast]", (event, toast) => toast.remove());
  each("[data-focus]", (element) => element.focus());
  document.addEventListener("htmx:responseError", () => announce(say("没有成功，请稍后再试。您填写的内容都在。"), "danger"));
  // what refreshes itself tries again by itself
  document.addEventListener("htmx:sendError", ({ detail }) => detail.elt?.matches("[data-live-refresh]") || announce(say("网络已断开，请检查网络后再试"), "danger"));
}
