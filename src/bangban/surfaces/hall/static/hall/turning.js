// Pages of waiting classes and lines of notices take turns; which page is on outlives a new state of the board.

const PAGE = 8_000;
const NOTICE = 10_000;

function turn(screen, selector, number, dots) {
  const all = [...screen.querySelectorAll(selector)];
  all.forEach((element, index) => (element.hidden = index !== number % all.length));
  if (dots) screen.querySelectorAll(dots).forEach((dot, index) => dot.toggleAttribute("data-on", index === number % all.length));
}

export function startTurning(screen) {
  let page = 0;
  let notice = 0;
  const look = () => {
    turn(screen, "[data-page]", page, "[data-dot]");
    turn(screen, "[data-notice]", notice);
  };
  setInterval(() => (page += 1, look()), PAGE);
  setInterval(() => (notice += 1, look()), NOTICE);
  new MutationObserver(look).observe(screen, { childList: true });
}
