// One live stream per tab. Every event becomes a DOM event `live:<kind>` on the document (detail = the frame), and `live:any`.
// Resumes after its last number; while the stream is away, `live:poll` is sent every 10 s so that islands fetch for themselves.

import { read, Refused } from "./stream.js";
import { say } from "./words.js";

const POLL = 10_000;
const LONGEST_WAIT = 30_000;
const HIDDEN_FOR = 5 * 60_000; // browsers share six connections per site, so a forgotten tab lets go of its own

const WORDS = { open: "实时", connecting: "连接中", polling: "网络不稳，每 10 秒更新", offline: "已断开，请刷新页面" };

let lastId = document.body?.dataset.liveAfter ?? "";
let state = "connecting";
let failures = 0;
let stopped = false;
let pollTimer;
let stream = new AbortController();

function tell(kind, detail) {
  document.dispatchEvent(new CustomEvent(`live:${kind}`, { detail }));
}

function show(next) {
  if (next === state) return;
  state = next;
  document.querySelectorAll("[data-live-state]").forEach((element) => {
    element.dataset.liveState = next;
    const words = element.querySelector(".live-text");
    if (words) words.textContent = say(WORDS[next]);
  });
  tell("state", { state: next });
}

function poll(active) {
  if (!active) {
    clearInterval(pollTimer);
    pollTimer = undefined;
  } else if (!pollTimer) {
    pollTimer = setInterval(() => !document.hidden && tell("poll", {}), POLL);
  }
}

function hear({ name, data, id }) {
  if (id) lastId = id;
  let frame;
  try {
    frame = JSON.parse(data);
  } catch {
    return;
  }
  if (name === "reset") return startAfresh();
  if (name === "revoked") return stop();
  const kind = name === "message" ? (frame.kind ?? "message") : name;
  tell(kind, frame);
  if (kind !== "ready") tell("any", { ...frame, kind });
}

// What was missed is no longer kept on the server. A reload shows the present, but never at the price of typed words.
function startAfresh() {
  tell("poll", {});
  const typing = [...document.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue);
  if (!typing) location.reload();
}

function stop() {
  stopped = true;
  poll(false);
  show("offline");
  stream.abort();
}

async function keepOpen(url) {
  while (!stopped) {
    stream = new AbortController();
    let wait = 0;
    try {
      await read(url(), {
        lastId,
        signal: stream.signal,
        hear,
        opened: () => {
          failures = 0;
          poll(false);
          show("open");
        },
      });
    } catch (error) {
      if (error instanceof Refused && [401, 403, 404].includes(error.status)) {
        stop();
        return;
      }
      if (error instanceof Refused) wait = error.wait * 1000;
    }
    if (stopped) return;
    failures += 1;
    if (failures > 1) {
      show("polling");
      poll(true);
    }
    await pause(Math.max(wait, Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(failures, 5)) * (0.5 + Math.random() / 2)));
    if (document.hidden) await shown();
  }
}

const pause = (time) =>
  new Promise((done) => {
    const timer = setTimeout(done, time);
    addEventListener("online", () => (clearTimeout(timer), done()), { once: true });
  });

const shown = () => new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));

function letGoWhenHidden() {
  let timer;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden && !document.body.hasAttribute("data-live-always")) timer = setTimeout(() => stream.abort(), HIDDEN_FOR);
  });
}

/** Open the stream for the topics that the page names in `data-live-topics`. */
export function startLive() {
  const topics = document.body.dataset.liveTopics;
  if (!topics) {
    document.querySelectorAll("[data-live-state]").forEach((element) => (element.hidden = true));
    return;
  }
  const url = () => `/live/?topics=${encodeURIComponent(topics)}${lastId ? `&after=${encodeURIComponent(lastId)}` : ""}`;
  letGoWhenHidden();
  // an open stream may outlive the network for a while, and a hint that it brought may have found no way to fetch
  addEventListener("offline", () => {
    if (stopped) return;
    show("polling");
    stream.abort();
  });
  addEventListener("online", () => tell("poll", {}));
  addEventListener("pagehide", () => stream.abort());
  keepOpen(url);
}
