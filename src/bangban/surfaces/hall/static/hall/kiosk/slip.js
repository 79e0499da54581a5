// The page of one slip: prints on a press, or at once when the desk asked for it.

document.querySelector("[data-print-now]")?.addEventListener("click", () => print());
if (document.body.hasAttribute("data-print")) addEventListener("load", () => print(), { once: true });
