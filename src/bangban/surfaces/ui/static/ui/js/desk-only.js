// The desk's bar: presence that lapses when the page goes, and the display for the night.

import { each, on, post } from "./dom.js";

const LEASE = 20_000;

export function startDesk() {
  each("[data-lease-url]", (element) => {
    const renew = () => post(element.dataset.leaseUrl).catch(() => {});
    renew();
    setInterval(renew, LEASE);
  });
  on("click", "[data-theme-toggle]", () => {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  });
}
