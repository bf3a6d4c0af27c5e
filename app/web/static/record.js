import { busy, pagesOf, watch } from "./progress.js";
import { setUp, unkept } from "./words.js";

const root = document.getElementById("record");
const form = document.getElementById("fields");
const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
for (const part of all(".with-script")) part.hidden = false;

// ---- progress: a record that is being read shows its pages as they come, then itself ----
if (root.dataset.busy) {
  watch(() => `/api/v1/records/${root.dataset.record}/events`, (record) => {
    if (!busy(record)) {
      const page = new URLSearchParams(location.search).get("page"); // where words were corrected
      location.replace(`/records/${record.id}${page ? `?page=${encodeURIComponent(page)}` : ""}`);
      return;
    }
    $("#busy").max = record.pages_total || 1;
    $("#busy").value = record.pages_done;
    $("#busy-pages").textContent = pagesOf(record, root.dataset.pages);
  });
}

// ---- the page image ----
let zoom = 1;
function setZoom(wanted) {
  zoom = Math.min(5, Math.max(0.4, wanted));
  const sheet = $("#sheet");
  if (sheet) sheet.style.width = `${zoom * 100}%`;
}
for (const button of all("[data-zoom]")) {
  button.addEventListener("click", () => {
    const step = button.dataset.zoom;
    setZoom(step === "fit" ? 1 : step === "in" ? zoom * 1.25 : zoom / 1.25);
  });
}
$("#marks")?.addEventListener("click", (event) => {
  const shown = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", shown);
  $("#sheet").classList.toggle("bare", !shown);
});

function intoView(x0, y0, x1, y1) {
  const frame = $("#sheet-frame");
  const sheet = $("#sheet");
  const scale = sheet.clientWidth / sheet.dataset.width;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  frame.scrollTo({
    left: sheet.offsetLeft + ((x0 + x1) / 2) * scale - frame.clientWidth / 2,
    top: ((y0 + y1) / 2) * scale - frame.clientHeight / 2,
    behavior: calm ? "auto" : "smooth",
  });
}

// ---- a word, here and there ----
function showWord(number, { focus = false } = {}) {
  for (const old of all(".here")) old.classList.remove("here");
  offerWord(null);
  hideField();
  const rect = $(`#sheet rect[data-word="${number}"]`);
  const word = $(`#words span[data-word="${number}"]`);
  if (!rect || !word) return;
  rect.classList.add("here");
  word.classList.add("here");
  offerWord(word);
  sayInside(word);
  const [x, y, w, h] = ["x", "y", "width", "height"].map((side) => rect[side].baseVal.value);
  intoView(x, y, x + w, y + h);
  word.scrollIntoView({ block: "nearest" });
  if (focus) { enterAt(word); word.focus({ preventScroll: true }); }
}

// by touch or mouse a word is corrected by the button that follows the text
function offerWord(word) {
  const bar = $("#word-bar");
  if (!bar) return;
  $(".word-edit", bar).hidden = !word;
  if (word) $(".word-edit span", bar).textContent = bar.dataset.label.replace("{word}", word.textContent);
}

// ---- what else a doubtful word may be is said beside it, within the panel ----
root.addEventListener("pointerover", (event) => sayInside(event.target.closest("#words .doubt")));
root.addEventListener("focusin", (event) => sayInside(event.target.closest("#words .doubt")));
addEventListener("resize", () => sayInside($("#words .here")));
function sayInside(word) {
  if (!word) return;
  const panel = $("#words").getBoundingClientRect();
  word.classList.toggle("to-left", word.getBoundingClientRect().left > panel.left + panel.width / 2);
}

// ---- word by word without a mouse: Tab comes to one word, the arrows go to the others ----
function enterAt(word) {
  for (const old of all('#words [data-word][tabindex="0"]')) old.tabIndex = -1;
  if (word) word.tabIndex = 0;
}
enterAt($("#words [data-word]"));
root.addEventListener("focusin", (event) => {
  const word = event.target.closest("#words [data-word]");
  if (word && !word.matches(".here")) showWord(word.dataset.word);
});
root.addEventListener("keydown", (event) => {
  const word = event.target.closest("#words [data-word]");
  if (!word || event.ctrlKey || event.metaKey || event.altKey) return;
  const list = all("#words [data-word]");
  const at = list.indexOf(word);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: list.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const wanted = list[Math.min(Math.max(next, 0), list.length - 1)];
  showWord(wanted.dataset.word, { focus: true });
});
root.addEventListener("click", (event) => {
  const word = event.target.closest("[data-word]");
  if (!word) return;
  const rect = word.ownerSVGElement ? word : null;
  const field = rect && fieldAt(rect);
  showWord(word.dataset.word, { focus: !rect });
  if (field) { showField(field); $("input, textarea", field)?.focus(); }
});

function fieldAt(rect) {
  const [x, y, w, h] = ["x", "y", "width", "height"].map((side) => rect[side].baseVal.value);
  const page = $(".sheet-frame")?.dataset.number;
  return all(".field[data-box]").find((field) => {
    const [x0, y0, x1, y1] = field.dataset.box.split(",").map(Number);
    const [cx, cy] = [x + w / 2, y + h / 2];
    return field.dataset.page === page && cx >= x0 && cx < x1 && cy >= y0 && cy < y1;
  });
}

// ---- a field and its place ----
function hideField() { const place = $("#marked-place"); if (place) place.setAttribute("hidden", ""); }

async function showField(field) {
  if (!field.dataset.box) { hideField(); return; }
  await turnTo(field.dataset.page);
  const [x0, y0, x1, y1] = field.dataset.box.split(",").map(Number);
  const place = $("#marked-place");
  if (!place) return;
  for (const [side, value] of [["x", x0], ["y", y0], ["width", x1 - x0], ["height", y1 - y0]]) {
    place.setAttribute(side, value);
  }
  place.removeAttribute("hidden");
  intoView(x0, y0, x1, y1);
}
for (const field of all(".field")) field.addEventListener("focusin", () => showField(field));

// ---- turning pages without losing what was typed ----
async function turnTo(number) {
  const frame = $("#sheet-frame");
  if (!frame || frame.dataset.number === number) return;
  const answer = await fetch(`/records/${root.dataset.record}/pages/${number}`);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  $("#sheet-frame").replaceWith($("#sheet-frame", fresh));
  $("#words").replaceWith($("#words", fresh));
  for (const thumb of all(".thumbs a")) {
    if (thumb.dataset.page === number) thumb.setAttribute("aria-current", "true");
    else thumb.removeAttribute("aria-current");
  }
  restoreWords();
  if ($("#marks")?.getAttribute("aria-pressed") === "false") $("#sheet").classList.add("bare");
  setZoom(zoom);
  enterAt($("#words [data-word]"));
}
const restoreWords = setUp({ showWord, turnTo });
for (const thumb of all(".thumbs a")) {
  thumb.addEventListener("click", (event) => { event.preventDefault(); turnTo(thumb.dataset.page); });
}
// by keyboard, the page is seen larger by the thumbnails beside it
for (const leaf of all(".leaf")) {
  leaf.addEventListener("click", async () => {
    await turnTo(leaf.dataset.page);
    $("#sheet-frame").scrollIntoView({ block: "nearest" });
  });
}

// ---- keys ----
const inputs = () => (form ? all(".field input:not([type=checkbox]), .field textarea", form) : []);
const stops = () => all(".field input, .field textarea", form).filter((stop) => !stop.closest("[hidden]"));

function goTo(stop) {
  stop.focus();
  stop.closest(".field")?.scrollIntoView({ block: "nearest" }); // its picture, and what is said or offered below it
}

function nextField(from) {
  const list = stops();
  goTo(list[list.indexOf(from) + 1] || $(".confirm button", form));
}

const doubts = () => [
  ...all(".field.doubtful").map((field) => $("input, textarea, output", field)).filter(Boolean),
  ...all("#words .doubt"),
];
function nextDoubt(step) {
  const list = doubts();
  if (!list.length) return;
  const active = document.activeElement;
  const field = active.closest(".field");
  const at = list.findIndex((doubt) => doubt === active || (field && doubt.closest(".field") === field));
  const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : (at + step + list.length) % list.length];
  if (next.dataset.word) showWord(next.dataset.word, { focus: true });
  else { goTo(next); next.select?.(); }
}

addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "F8" || (!typing && event.key.toLowerCase() === "n" && !event.ctrlKey && !event.metaKey && !event.altKey)) {
    event.preventDefault();
    nextDoubt(event.shiftKey ? -1 : 1);
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    (event.target.closest(".kind-choice form, #words-form") || form).requestSubmit();
  } else if (event.key === "Enter" && typing && event.target.closest(".field") && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    nextField(event.target);
  } else if (event.key === "Escape" && typing) {
    event.target.blur();
  }
});

// ---- a guess at handwriting is ticked once it was compared; a value that was typed needs no tick ----
const plain = (value) => (/^[\d/.-]+$/.test(value.trim()) ? value.trim().split(/[/.-]/).map(Number).join("/") : value.trim());
function needsTick(tick) {
  const input = $("input:not([type=checkbox]), textarea", tick.closest(".field"));
  tick.hidden = plain(input.value) !== plain(tick.dataset.offered);
}

// ---- what is read of a value that is open, or whose words were corrected: F9 or a tick takes it, or gives back ----
function takeNew(tick, taken) {
  const { anew, kept } = tick.closest(".take").dataset;
  const input = $("input:not([type=checkbox]), textarea", tick.closest(".field"));
  tick.checked = taken;
  input.value = taken ? anew : kept;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
for (const tick of all(".take input")) {
  tick.addEventListener("change", () => takeNew(tick, tick.checked));
  $("input:not([type=checkbox]), textarea", tick.closest(".field")).addEventListener("input", (event) => {
    tick.checked = event.target.value.trim() === tick.closest(".take").dataset.anew;
  });
  if (tick.checked) takeNew(tick, true);
}
addEventListener("keydown", (event) => {
  const tick = event.key === "F9" && $(".take input", event.target.closest?.(".field") || document.createElement("i"));
  if (!tick) return;
  event.preventDefault();
  takeNew(tick, !tick.checked);
});

// ---- what was typed is not lost by a slip ----
if (form && inputs().length) {
  const kept = `fields:${root.dataset.record}:${root.dataset.version}`;
  let changed = false;
  const draft = JSON.parse(sessionStorage.getItem(kept) || "{}");
  const conflict = Boolean($("#conflict"));
  // a guess that stands as it was offered is nobody's, and may be withheld when the page is opened again
  const own = (input) => $(".compare", input.closest(".field"))?.hidden ?? true;
  const keepDraft = () =>
    sessionStorage.setItem(kept, JSON.stringify(Object.fromEntries(inputs().filter(own).map((i) => [i.name, i.value]))));
  // what was typed while this script was on its way counts for more than what was kept before
  const early = inputs().filter((input) => input.value !== input.defaultValue);
  for (const input of inputs()) {
    if (!conflict && !early.includes(input) && draft[input.name] !== undefined && draft[input.name] !== input.value) {
      input.value = draft[input.name];
      changed = true;
    }
  }
  for (const tick of all(".compare", form)) needsTick(tick);
  form.addEventListener("input", (event) => {
    const tick = $(".compare", event.target.closest(".field"));
    if (tick) needsTick(tick);
    changed = true;
    keepDraft();
  });
  if (early.length) { changed = true; keepDraft(); }
  const kind = $(".kind-choice select");
  const otherKind = () => kind && kind.value && kind.value !== ($("option[selected]", kind) || kind.options[0]).value;
  const stop = (part) => { // and why
    part.setCustomValidity(part.dataset.unsent);
    part.reportValidity();
    part.setCustomValidity("");
  };
  form.addEventListener("submit", (event) => {
    if (otherKind()) { // confirmed as it is, the record would keep the kind that was just taken from it
      event.preventDefault();
      kind.closest("details").open = true;
      stop(kind);
      return;
    }
    if (unkept() && $(".fix-save")) { // kept afterwards, they would have the record confirmed once more
      event.preventDefault();
      $("#corrections").open = true;
      // a page without words to go through hides the button of its form; the bar under the text has one too
      stop([$(".fix-save"), $(".word-keep")].find((button) => button?.getClientRects().length) || $(".fix-save"));
      return;
    }
    changed = false;
    sessionStorage.removeItem(kept);
  });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  const first = $(".kind-choice[open] select") || $(".field.wrong .compare:not([hidden]) input") || $(".field.wrong input, .field.wrong textarea") || $(".field.doubtful input, .field.doubtful textarea") || inputs()[0];
  // which papers there are comes before what they say, and what was confirmed waits for nothing
  const asked = root.dataset.status === "awaiting-review" || first.closest(".wrong");
  // nor is the caret taken from whoever is typing already
  const typing = document.activeElement.matches("input, textarea, select, button") && !document.activeElement.autofocus;
  if (asked && !typing && (!$("#split[open]") || first.closest(".wrong"))) { first.focus({ preventScroll: true });
    // on a narrow screen the paper comes first and must not be scrolled away, but for a field that was refused
    if (innerWidth > 960 || first.closest(".wrong")) first.scrollIntoView({ block: "nearest" });
  }
}
