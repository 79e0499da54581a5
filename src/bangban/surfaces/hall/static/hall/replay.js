// Any past minute of a hall: the slider and the time field move together, and the minute is fetched when they rest.

import { on } from "../ui/js/dom.js";

const REST = 120;
let timer;

const two = (number) => String(number).padStart(2, "0");

function replay(form) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const { day, clock } = form.elements;
    const query = new URLSearchParams({ day: day.value, clock: clock.value });
    window.htmx?.ajax("GET", `${form.dataset.minute}&${query}`, { target: ".minute__then", select: ".minute__then", swap: "outerHTML" });
  }, REST);
}

export function startReplay() {
  on("input", "[data-minute] input", (event, field) => {
    const form = field.form;
    const slider = form.querySelector("[type=range]");
    const { clock } = form.elements;
    if (field === slider) clock.value = `${two(Math.floor(slider.value / 60))}:${two(slider.value % 60)}`;
    else if (field === clock && clock.value) slider.value = Number(clock.value.slice(0, 2)) * 60 + Number(clock.value.slice(3, 5));
    if (clock.value) replay(form);
  });
}
