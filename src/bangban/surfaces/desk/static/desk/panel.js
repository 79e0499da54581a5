// The form of an action in the open case: refusals come back into the same place, Escape closes it, focus goes where it helps.

const place = () => document.getElementById("panel");

function close() {
  place()?.replaceChildren();
}

function focusFirst(root) {
  const wrong = root.querySelector("[aria-invalid], .field--error input, .field--error textarea, .field--error select");
  const told = root.querySelector(".notice--danger");
  if (told && !wrong) {
    told.tabIndex = -1;
    told.focus({ preventScroll: true });
    return root.scrollIntoView({ block: "start" });
  }
  const first = wrong ?? root.querySelector("textarea, select, input:not([type=hidden], [type=search], .sr-only)") ?? root.querySelector("button");
  first?.focus({ preventScroll: false });
}

export function startPanel() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.getResponseHeader("X-Panel") && xhr.status >= 400) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "panel") focusFirst(event.detail.target);
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-tab]");
    if (opener) document.getElementById(opener.dataset.openTab)?.click();
    const jump = event.target.closest("[data-jump]");
    if (jump) {
      event.preventDefault();
      const field = document.querySelector(jump.hash);
      (field?.matches("input, textarea, select") ? field : field?.querySelector("input, textarea"))?.focus();
      field?.scrollIntoView({ block: "center" });
    }
    if (event.target.closest("[data-panel-close]")) {
      event.preventDefault();
      close();
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
    if (event.key === "Escape" && !typing && !document.querySelector("dialog:modal") && place()?.children.length) close();
  });
  const open = place();
  if (open?.querySelector("form")) focusFirst(open);
}
