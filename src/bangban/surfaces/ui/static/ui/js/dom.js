// Small helpers that the islands share: finding elements now and later, tokens, ids, the server's time.

/** Run `start(element)` once for every element that matches, also for those that htmx or a conversation brings later. */
export function each(selector, start) {
  const seen = new WeakSet();
  const look = (root) => {
    if (root.matches?.(selector)) take(root);
    root.querySelectorAll?.(selector).forEach(take);
  };
  const take = (element) => {
    if (seen.has(element)) return;
    seen.add(element);
    start(element);
  };
  look(document);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) look(node);
  }).observe(document.documentElement, { childList: true, subtree: true });
}

/** Listen on the document for events of elements that match, whenever they were added. */
export function on(type, selector, react) {
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) react(event, element);
  });
}

/** The token that every POST has to carry. */
export function csrf() {
  try {
    return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  } catch {
    return "";
  }
}

/** POST a form or a plain object; the answer is the Response. */
export function post(url, data = {}, options = {}) {
  const body = data instanceof FormData ? data : new URLSearchParams(data);
  return fetch(url, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrf(), Accept: "application/json, text/html;q=0.9" },
    ...options,
  });
}

/** An id that nobody else makes; `crypto.randomUUID` is missing on plain http inside an office network. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const serverNow = Date.parse(document.documentElement.dataset.now ?? "");
const drift = Number.isNaN(serverNow) ? 0 : serverNow - Date.now();

/** The server's time in milliseconds, because a phone's clock may be wrong. */
export function now() {
  return Date.now() + (Math.abs(drift) > 3000 ? drift : 0);
}

/** A place to keep small things that must not break the page when the browser forbids it. */
export const store = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // private windows may forbid it; then nothing was kept either
    }
  },
  keys() {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  },
};

/** Whether the page is in elder mode, where nothing may pop up. */
export const elder = () => document.documentElement.dataset.mode === "elder";
