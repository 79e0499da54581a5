// The chosen day stands in sight, and places are put in order of distance for whoever lets the browser say where they are.

function showDay() {
  const strip = document.querySelector(".daystrip");
  const day = strip?.querySelector("[aria-current]");
  if (day) strip.scrollLeft = day.offsetLeft - (strip.clientWidth - day.offsetWidth) / 2;
}

function nearest(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-disabled", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const here = document.createElement("input");
        Object.assign(here, { type: "hidden", name: "here", value: `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}` });
        button.form.append(here);
        button.form.requestSubmit();
      },
      () => button.replaceWith(button.dataset.failed),
      { timeout: 8000, maximumAge: 600_000 },
    );
  });
}

showDay();
document.addEventListener("htmx:afterSettle", showDay);
if ("geolocation" in navigator) document.querySelectorAll("[data-nearest]").forEach(nearest);
