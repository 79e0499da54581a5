// The button that adds where somebody stands; without it, or when it is refused, the address in words is enough.

const button = document.querySelector("[data-here]");
const state = document.querySelector("[data-here-state]");

function tell(word) {
  if (state) state.textContent = state.dataset[word] ?? "";
}

function keep({ coords }) {
  document.querySelector("[data-latitude]").value = coords.latitude.toFixed(6);
  document.querySelector("[data-longitude]").value = coords.longitude.toFixed(6);
  tell("done");
}

if (button && "geolocation" in navigator) {
  button.hidden = false;
  button.addEventListener("click", () => {
    tell("asking");
    navigator.geolocation.getCurrentPosition(keep, () => tell("failed"), { enableHighAccuracy: true, timeout: 10_000 });
  });
}
