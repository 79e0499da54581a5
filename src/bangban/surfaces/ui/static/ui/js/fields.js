// Small courtesies of forms: counting characters, asking for a short message code, options that belong to one grade.

import { each, on, post } from "./dom.js";
import { say } from "./words.js";

function count(field) {
  const place = document.getElementById(field.dataset.count);
  if (!place) return;
  const limit = Number(place.dataset.limit);
  const show = () => {
    place.textContent = `${field.value.length} / ${limit}`;
    place.toggleAttribute("data-near", field.value.length > limit * 0.9);
  };
  field.addEventListener("input", show);
  show();
}

async function sendCode(event, button) {
  event.preventDefault();
  const form = button.closest("form");
  const state = form.querySelector("[data-send-state]");
  const phone = form.elements[button.dataset.phone];
  if (!phone?.value.trim()) {
    state.textContent = say("请先填写手机号码");
    phone?.focus();
    return;
  }
  button.disabled = true;
  try {
    const answer = await post(button.getAttribute("formaction"), new FormData(form));
    const told = await answer.json().catch(() => ({}));
    state.textContent = told.detail ?? say(answer.ok ? "验证码已发送，请查看短信" : "没有发送成功，请稍后再试");
    if (!answer.ok) return void (button.disabled = false);
  } catch {
    state.textContent = say("网络已断开，请检查网络后再试");
    button.disabled = false;
    return;
  }
  let left = Number(button.dataset.wait);
  const words = button.textContent;
  const timer = setInterval(() => {
    left -= 1;
    button.textContent = say("{} 秒后可重发", left);
    if (left > 0) return;
    clearInterval(timer);
    button.textContent = words;
    button.disabled = false;
  }, 1000);
}

export function startFields() {
  each("[data-count]", count);
  on("click", "[data-send-code]", sendCode);
  // Enter in the code field presses the form's own button, not the one before it that would send another code.
  on("keydown", "[autocomplete=one-time-code]", (event, field) => {
    const last = [...(field.form?.querySelectorAll("[type=submit]:not([data-send-code])") ?? [])].at(-1);
    if (event.key !== "Enter" || event.isComposing || !last || !field.form.querySelector("[data-send-code]")) return;
    event.preventDefault();
    last.click();
  });
  on("change", ".rating__in", (event, grade) => {
    const form = grade.closest("form");
    form.querySelectorAll(".rating__options").forEach((group) => {
      if (getComputedStyle(group).display === "none") group.querySelectorAll("input").forEach((option) => (option.checked = false));
    });
  });
}
