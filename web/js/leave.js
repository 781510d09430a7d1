// Quick exit: blank at once, forget, and put a harmless page in this one's place in the history.
const HARMLESS = "https://www.jma.go.jp/bosai/forecast/";
const PRESSES = 3;
const WITHIN_MS = 1500;

export function readyExit(forget) {
  const leave = (event) => {
    event.preventDefault();
    document.body.classList.add("left");
    document.title = " ";
    try {
      forget();
    } finally {
      document.body.replaceChildren();
      location.replace(HARMLESS);
    }
  };
  // A dialog covers the button at the top, so each has its own.
  for (const button of document.querySelectorAll("#exit, [data-exit]")) button.addEventListener("click", leave);
  let presses = [];
  // Escape while writing Japanese only takes back a conversion.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.repeat) {
      if (event.key !== "Escape") presses = [];
      return;
    }
    presses = [...presses.filter((time) => event.timeStamp - time < WITHIN_MS), event.timeStamp];
    if (presses.length >= PRESSES) leave(event);
  }, { capture: true });
}
