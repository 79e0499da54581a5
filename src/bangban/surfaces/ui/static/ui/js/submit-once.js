// Forms with data-once: a client id makes a repeated submit the same deed, a second press does nothing, no input is lost.

import { newId } from "./dom.js";
import { announce } from "./notify.js";
import { say } from "./words.js";

const SLOW = 15_000;

function rest(form) {
  delete form.dataset.sending;
  form.querySelectorAll("[data-busy]").forEach((button) => {
    button.removeAttribute("data-busy");
    button.removeAttribute("aria-disabled");
  });
}

export function startSubmitOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const id = form.querySelector("input[name=client_id]");
    if (id && !id.value) id.value = newId();
    form.dataset.sending = "1";
    // a disabled button would not be sent, so it is only marked
    event.submitter?.setAttribute("data-busy", "");
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => event.defaultPrevented && !form.matches("[hx-post]") && rest(form));
    setTimeout(() => {
      if (!form.dataset.sending) return;
      rest(form);
      announce(say("网络较慢。您可以再按一次，不会重复提交。"), "warn");
    }, SLOW);
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt?.closest?.("form[data-once]");
    if (!form) return;
    rest(form);
    const id = form.querySelector("input[name=client_id]");
    if (id && event.detail.successful) id.value = "";
  });
  // back from the cache of the browser: the form may be used again
  addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form[data-sending]").forEach(rest));
}
