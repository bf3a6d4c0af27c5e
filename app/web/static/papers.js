import { busy, watch } from "./progress.js";

// ---- into which papers a scan is split ----
const form = document.querySelector("#split form");
if (form) {
  const cuts = [...form.querySelectorAll(".cut input")];
  const button = document.getElementById("split-button");
  const label = button.querySelector("span");
  const other = form.querySelector("[name=one]");

  function count() {
    const papers = 1 + cuts.filter((cut) => cut.checked).length;
    const several = "several" in form.dataset;
    label.textContent = papers > 1 || !several ? form.dataset.many.replace("{count}", papers) : form.dataset.one;
    button.disabled = papers === 1 && !several;
    if (other) other.hidden = papers === 1;
  }
  form.addEventListener("change", count);
  form.addEventListener("reset", () => setTimeout(count)); // the boxes are set back after this event
  count();

  // arrows go from one place between pages to the next; Enter does here what Space does, and splits nothing
  form.addEventListener("keydown", (event) => {
    const at = cuts.indexOf(event.target);
    if (at < 0) return;
    const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1 }[event.key];
    if (next === undefined && event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Enter") event.target.click();
    else cuts[Math.min(Math.max(next, 0), cuts.length - 1)].focus();
  });
  if (document.getElementById("split").open && !document.querySelector(".message.good, .message.bad")) {
    (cuts.find((cut) => cut.checked) || cuts[0]).focus({ preventScroll: true });
  }
}

// ---- what it was split into: the server draws the list again once all of it is ready ----
const parts = document.getElementById("parts");
if (parts?.dataset.busy) {
  const waiting = new Set(parts.dataset.busy.split(","));
  watch(() => `/api/v1/events?ids=${[...waiting].slice(0, 200).join(",")}`, (record) => {
    if (waiting.has(record.id) && !busy(record)) waiting.delete(record.id);
    if (!waiting.size) location.replace(location.href);
  });
}
