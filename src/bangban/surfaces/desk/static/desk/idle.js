// A screen that nobody sits at shows no case data: after thirty minutes the page goes to the sign-in. While somebody types or
// reads, the server is told every few minutes, so that half an hour of careful writing does not end in a sign-out.

import { post } from "../ui/js/dom.js";

const LIMIT = 30 * 60_000;
const TELL = 4 * 60_000;

export function startIdle() {
  let seen = Date.now();
  let told = Date.now();
  const touch = () => (seen = Date.now());
  for (const type of ["keydown", "pointerdown", "wheel"]) addEventListener(type, touch, { passive: true, capture: true });
  setInterval(async () => {
    if (Date.now() - seen > LIMIT) return void (location.href = "/desk/signin?expired=1");
    if (seen <= told || Date.now() - told < TELL) return;
    told = Date.now();
    const answer = await post("/desk/alive").catch(() => undefined);
    if (answer?.status === 401) location.href = "/desk/signin?expired=1";
  }, 15_000);
}
