// The consultation desk: what was found goes into the form beside it, without losing a word that was typed there.

const form = () => document.querySelector("[data-counter-log]");

function set(name, value) {
  const field = form()?.elements.namedItem(name); // a field may be called "item", as a method of the collection is
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function choose(name, value) {
  const radio = form()?.querySelector(`input[name="${name}"][value="${value}"]`);
  if (radio && !radio.checked) radio.click();
}

function useItem(button) {
  set("item", button.dataset.useItem);
  const shown = form().querySelector("[data-log-name]");
  shown.textContent = button.dataset.useName;
  shown.hidden = false;
}

function useAnswer(button) {
  choose("answered", "1");
  set("cited", button.dataset.useCited);
  set("reply", button.dataset.useReply);
  set("basis", button.dataset.useBasis);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-use-item], [data-use-cited], [data-agree], [data-print]");
  if (!target) return;
  if (target.matches("[data-print]")) return window.print();
  if (target.matches("[data-agree]")) return set("agreed_at", target.dataset.agree);
  if (!form()) return;
  event.preventDefault();
  if (target.matches("[data-use-item]")) useItem(target);
  else useAnswer(target);
  form().scrollIntoView({ block: "nearest" });
});

document.addEventListener("input", ({ target }) => {
  if (!target.closest?.("[data-counter-log]")) return;
  // a name that no longer belongs to the code must not stay beside it
  if (target.name === "item" && !target.matches(":focus")) return;
  if (target.name === "item") form().querySelector("[data-log-name]").hidden = true;
  // words that were kept from before belong to a promise: show where they are
  if (["agreed_at", "name", "phone"].includes(target.name) && target.value) choose("answered", "0");
});

// what was entered, or what is missing, is said at the head of the form: bring it into sight
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!detail.target.matches("[data-counter-log]")) return;
  if (detail.target.getBoundingClientRect().top < 56) detail.target.scrollIntoView({ block: "start" });
  detail.target.querySelector("[aria-invalid]")?.focus({ preventScroll: true });
});
