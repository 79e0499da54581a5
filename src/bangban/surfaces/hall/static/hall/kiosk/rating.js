// The rating device: asks as soon as a service at its window has ended, and forgets a person who goes away without rating.

import { post } from "../../ui/js/dom.js";
import { startLive } from "../../ui/js/live.js";

const SETTLE = 200;
const KEPT = 2300;
const POLL = 20_000;
const PATIENCE = 60_000;
const THANKS = 6000;
const place = document.getElementById("now");
let passed = "";
let soon;
let patience;
let thanks;

const asked = () => place.firstElementChild?.dataset.asked ?? "";

function put(html) {
  place.innerHTML = html;
  clearTimeout(patience);
  if (asked()) wait();
}

function wait() {
  clearTimeout(patience);
  patience = setTimeout(() => {
    passed = asked();
    refresh(true);
  }, PATIENCE);
}

// A person who is just choosing is not disturbed, unless somebody else's turn has come.
async function refresh(always = false) {
  if (thanks && !always) return;
  try {
    const url = `${document.body.dataset.url}?passed=${encodeURIComponent(passed)}`;
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" });
    if (answer.status === 403) return location.reload();
    if (!answer.ok) return;
    const html = await answer.text();
    const next = new DOMParser().parseFromString(html, "text/html").body.firstElementChild?.dataset.asked ?? "";
    if (always || !next || next !== asked()) put(html);
  } catch {
    // no line: what is shown stays, the next hint or poll asks again
  }
}

function hint() {
  clearTimeout(soon);
  soon = setTimeout(() => {
    refresh();
    // the house tells all devices the state of the hall at most every two seconds
    soon = setTimeout(refresh, KEPT);
  }, SETTLE);
}

function choose(form, grade) {
  form.dataset.chosen = grade;
  form.querySelectorAll("[data-options]").forEach((group) => {
    const mine = group.dataset.options === grade;
    group.hidden = !mine;
    group.disabled = !mine;
  });
  form.querySelector("button[type=submit]").disabled = false;
}

async function send(form) {
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const answer = await post(form.action, new FormData(form));
    if (answer.status === 403 || answer.status >= 500) throw new Error(String(answer.status));
    put(await answer.text());
    clearTimeout(thanks);
    thanks = setTimeout(() => {
      thanks = undefined;
      refresh(true);
    }, THANKS);
  } catch {
    button.disabled = false;
  }
}

document.addEventListener("change", ({ target }) => target.name === "grade" && choose(target.form, target.value));
document.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});
addEventListener("pointerdown", () => asked() && wait(), { passive: true });
document.addEventListener("live:any", ({ detail }) => /^(ticket|window_session)\./.test(detail.kind) && hint());
document.addEventListener("live:poll", hint);
document.addEventListener("contextmenu", (event) => event.preventDefault());
setInterval(() => !asked() && hint(), POLL);
// somebody may have pressed before this script was there
const early = place.querySelector("input[name=grade]:checked");
if (early) choose(early.form, early.value);
if (asked()) wait();
startLive();
