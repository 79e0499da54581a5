// Kinds of message. Ordinary words go the ordinary way (kept and sent again by the outbox). A standard answer, an opinion
// and above all an internal note are sent from here, each with its kind, so that no retry can send a note as a message.

import { newId, post } from "../ui/js/dom.js";
import { talkOf } from "../ui/js/conversation.js";
import { reason } from "../ui/js/outbox.js";

const HINTS = { text: "回复服务对象", answer: "标准答复：会注明来源", opinion: "处置意见：结案的依据", internal: "内部备注：服务对象看不到" };

export function startSay() {
  const form = document.getElementById("say");
  const radios = [...document.querySelectorAll("[data-say-kind]")];
  if (!form || !radios.length) return;
  const text = form.querySelector("textarea");
  const state = document.querySelector("[data-say-state]");
  const shown = document.querySelector("[data-cite-shown]");
  const typing = form.dataset.typingUrl ?? "";
  let cited;
  let sending;

  const kind = () => radios.find((radio) => radio.checked).value;
  const cite = (entry) => {
    cited = entry;
    shown.hidden = !entry;
    shown.textContent = entry ? `引用 ${entry.number} 第${entry.revision}版` : "";
  };
  const choose = (value) => {
    radios.forEach((radio) => (radio.checked = radio.value === value));
    form.dataset.kind = value;
    form.dataset.typingUrl = value === "internal" ? "" : typing;
    text.placeholder = HINTS[value];
    state.textContent = "";
    if (value !== "answer") cite();
    text.focus();
  };

  radios.forEach((radio) => radio.addEventListener("change", () => choose(radio.value)));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cite]");
    if (!button) return;
    choose("answer");
    cite({ number: button.dataset.cite, revision: button.dataset.citeRevision });
  });

  document.addEventListener("submit", (event) => {
    if (event.target !== form || kind() === "text") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send();
  }, true);

  async function send() {
    const words = text.value.trim();
    if (!words || sending?.busy) return;
    // the same words and kind keep their id, so that pressing again after a lost answer sends nothing twice
    const what = JSON.stringify([words, kind(), cited]);
    if (sending?.what !== what) sending = { what, id: newId() };
    sending.busy = true;
    state.textContent = "发送中";
    const fields = { text: words, kind: kind(), client_id: sending.id };
    if (cited) Object.assign(fields, { knowledge: cited.number, revision: cited.revision });
    try {
      const answer = await post(form.action, fields);
      if (!answer.ok) throw new Error((await reason(answer)) || "没有送达，请再试一次");
      sending = undefined;
      text.value = "";
      text.dispatchEvent(new Event("input", { bubbles: true }));
      choose("text");
      talkOf("talk")?.fetch();
    } catch (error) {
      if (sending) sending.busy = false;
      state.textContent = error instanceof TypeError ? "网络已断开，内容还在，请再按一次发送" : error.message;
    }
  }
}
