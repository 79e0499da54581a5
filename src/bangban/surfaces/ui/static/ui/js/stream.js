// Reads a server-sent event stream with fetch. EventSource cannot tell why it was refused, cannot hear event names it does
// not know beforehand, and does not notice a line that is dead without being closed; all three matter here.

const SILENCE = 60_000; // the server pings every 25 s

export class Refused extends Error {
  constructor(status, wait) {
    super(`stream refused with ${status}`);
    this.status = status;
    this.wait = wait;
  }
}

/** Read until the stream ends. `hear({name, data, id})` is called for each event, `opened()` once it is accepted. */
export async function read(url, { lastId, signal, hear, opened }) {
  const silence = new AbortController();
  let timer;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE);
  };
  alive();
  try {
    const headers = { Accept: "text/event-stream" };
    if (lastId) headers["Last-Event-ID"] = lastId;
    const answer = await fetch(url, { headers, credentials: "same-origin", cache: "no-store", signal: either(signal, silence.signal) });
    if (!answer.ok) throw new Refused(answer.status, Number(answer.headers.get("Retry-After")) || 0);
    opened();
    const parse = parser(hear);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      alive();
      parse(value);
    }
  } finally {
    clearTimeout(timer);
  }
}

function either(first, second) {
  const both = new AbortController();
  for (const signal of [first, second]) {
    if (signal.aborted) both.abort();
    signal.addEventListener("abort", () => both.abort(), { once: true });
  }
  return both.signal;
}

/** A parser that takes text in pieces of any size. */
export function parser(hear) {
  let rest = "";
  let name = "message";
  let data = [];
  let id;
  const line = (text) => {
    if (text === "") {
      if (data.length) hear({ name, data: data.join("\n"), id });
      name = "message";
      data = [];
      return;
    }
    if (text.startsWith(":")) return;
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
    else if (field === "id") id = value;
  };
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    lines.forEach(line);
  };
}
