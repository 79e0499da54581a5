// Panels that open and close: dialogs, menus, the switcher of the helper pane, the helper itself on narrow desks.

import { each, elder, on } from "./dom.js";

function openDialog(id) {
  const panel = document.getElementById(id);
  if (!panel || panel.open) return;
  // in elder mode it opens where it stands in the page
  if (elder()) {
    panel.show();
    panel.scrollIntoView({ block: "center" });
  } else {
    panel.showModal();
  }
}

function switcher(root) {
  const tabs = [...root.querySelectorAll("[role=tab]")];
  // a page that comes again after an action opens where its reader was
  const key = `bb-tab:${location.pathname}:${root.id}`;
  const show = (chosen) => {
    sessionStorage.setItem(key, chosen.id);
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
  };
  root.querySelectorAll(".switcher__panel").forEach((panel) => panel.setAttribute("role", "tabpanel"));
  root.querySelector("[role=tablist]").hidden = false;
  root.dataset.ready = "";
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      show(next);
      next.focus();
    });
  });
  show(tabs.find((tab) => tab.id === sessionStorage.getItem(key)) ?? tabs[0]);
}

export function startPanels() {
  on("click", "[data-dialog-open]", (event, button) => openDialog(button.dataset.dialogOpen));
  on("click", "[data-dialog-close]", (event, button) => button.closest("dialog").close());
  on("click", "dialog.dialog", (event, panel) => event.target === panel && panel.close());
  each("[data-switcher]", switcher);
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => !menu.contains(event.target) && menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    menu?.removeAttribute("open");
    menu?.querySelector("summary").focus();
  });
  on("click", "[data-toggle-helper]", (event, button) => {
    const panes = button.closest("[data-panes]");
    const open = panes.dataset.helper !== "open";
    panes.dataset.helper = open ? "open" : "";
    button.setAttribute("aria-expanded", String(open));
  });
}
