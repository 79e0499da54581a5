// Number pads: each key writes into its field, which can be typed into as well.

function press(field, key) {
  const room = field.maxLength > 0 ? field.maxLength : 20;
  if (key === "clear") field.value = "";
  else if (key === "back") field.value = field.value.slice(0, -1);
  else if (field.value.length < room) field.value += key;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A pad that serves two fields follows the one that was touched, and goes on to the next when the first is full.
function follow(pad, field) {
  pad.dataset.pad = field.id;
  document.querySelectorAll("[data-pad-field]").forEach((one) => one.toggleAttribute("data-now", one === field));
}

function goOn(pad, field) {
  const fields = [...document.querySelectorAll("[data-pad-field]")];
  const next = fields[fields.indexOf(field) + 1];
  if (next && field.value.length === field.maxLength) follow(pad, next);
}

export function startPads() {
  document.addEventListener("focusin", ({ target }) => {
    const pad = target.matches("[data-pad-field]") && target.closest("form").querySelector("[data-pad]");
    if (pad) follow(pad, target);
  });
  document.addEventListener("click", ({ target }) => {
    const key = target.closest("[data-key]");
    const field = key && document.getElementById(key.closest("[data-pad]")?.dataset.pad);
    if (!field) return;
    press(field, key.dataset.key);
    goOn(key.closest("[data-pad]"), field);
  });
  // one press is one ticket: the same form is not sent twice while the answer is on its way
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (!detail.elt.matches("form[data-take]")) return;
    const button = document.querySelector(`button[form="${detail.elt.id}"]`);
    button?.setAttribute("data-busy", "");
    const words = button?.querySelector("span");
    if (words && button.dataset.busyText) words.textContent = button.dataset.busyText;
  });
}
