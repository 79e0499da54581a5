// Large type, low controls and voice turn at once, without asking the house; the cookie tells it for the next screen.

import { screen } from "./screens.js";

const TURN = {
  elder: ({ dataset }) => (dataset.mode = dataset.mode === "elder" ? "standard" : "elder") === "elder",
  low: ({ dataset }) => (dataset.panel = dataset.panel === "low" ? "full" : "low") === "low",
  voice: ({ dataset }) => (dataset.voice = dataset.voice === "on" ? "off" : "on") === "on",
};

function remember({ dataset }) {
  const words = ["look"];
  if (dataset.lang === "en") words.push("en");
  if (dataset.mode === "elder") words.push("elder");
  if (dataset.panel === "low") words.push("low");
  if (dataset.voice === "on") words.push("voice");
  document.cookie = `kiosk_look=${words.join(".")}; path=/; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

export function startSwitches() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-look]");
    if (!button) return;
    event.preventDefault();
    const shown = screen();
    button.setAttribute("aria-pressed", String(TURN[button.dataset.look](shown)));
    Object.assign(document.documentElement.dataset, { mode: shown.dataset.mode, panel: shown.dataset.panel });
    remember(shown);
    document.dispatchEvent(new CustomEvent("kiosk:look", { detail: button.dataset.look }));
  }, true);
}
