// Writing a message: the box grows with the words, the draft is kept, Enter sends on the desk and breaks the line on the phone.

import { each, on, post, store } from "./dom.js";
import { talkOf } from "./conversation.js";
import { Outbox } from "./outbox.js";
import { send as upload } from "./upload.js";
import { say } from "./words.js";

const TYPING_EVERY = 3000;

function grow(text) {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
}

function compose(form) {
  const text = form.querySelector("textarea[name=text]");
  const state = form.querySelector("[data-composer-state]");
  const draft = `bb-draft:${form.dataset.draft}`;
  const outbox = new Outbox(form, talkOf(form.dataset.talkId));
  let told = 0;

  if (!text.value) text.value = store.get(draft) ?? "";
  grow(text);

  text.addEventListener("input", () => {
    grow(text);
    state.textContent = "";
    if (text.value) store.set(draft, text.value);
    else store.remove(draft);
    const { typingUrl } = form.dataset;
    if (typingUrl && text.value && Date.now() - told > TYPING_EVERY) {
      told = Date.now();
      post(typingUrl).catch(() => {});
    }
  });

  text.addEventListener("keydown", (event) => {
    // 229 and isComposing: Enter that only accepts a word of the Chinese input method
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    const sends = form.dataset.enter === "send" ? !event.shiftKey : event.ctrlKey || event.metaKey;
    if (!sends) return;
    event.preventDefault();
    form.requestSubmit();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words) {
      state.textContent = say("请先输入内容再发送");
      text.focus();
      return;
    }
    text.value = "";
    store.remove(draft);
    grow(text);
    outbox.say({ text: words });
    text.focus();
  });

  form.querySelector("[data-composer-file]")?.addEventListener("change", (event) => {
    for (const file of event.target.files) sendFile(form, outbox, file);
    event.target.value = "";
  });

  text.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || !form.dataset.uploadUrl) return;
    event.preventDefault();
    files.forEach((file) => sendFile(form, outbox, file));
  });
}

function sendFile(form, outbox, file) {
  const talk = talkOf(form.dataset.talkId);
  const row = upload(form.dataset.uploadUrl, file, { done: () => talk?.fetch().then(() => row.remove()) });
  const line = document.createElement("li");
  line.className = "line line--mine line--card";
  line.append(row);
  talk ? talk.append(line) : form.before(line);
}

/** Put words into a composer where the cursor is; used by quick phrases and by the knowledge pane. */
export function insert(form, words) {
  const text = form?.querySelector("textarea[name=text]");
  if (!text) return;
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

export function startComposers() {
  each("[data-composer]", compose);
  on("click", "[data-phrase]", (event, button) => {
    insert(button.closest("[data-composer]"), button.dataset.phrase);
    button.closest("details")?.removeAttribute("open");
  });
  on("click", "[data-insert-text]", (event, button) => insert(document.getElementById(button.dataset.insertInto), button.dataset.insertText));
}
