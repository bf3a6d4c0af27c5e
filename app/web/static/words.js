// Doubtful words are put right one after the other: Enter says that one is right, the next page follows by
// itself, and all that was said of all pages is sent at once. Any other word joins them where a person picks
// it in the text. Without this script it is a list of one page.
import { filled } from "./word-row.js";

const root = document.getElementById("record");
const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const MOST = 500; // words that are said before they are kept; a form of the service holds twice as many

const version = root.dataset.version; // what was said of another one is sent when its page was seen again
const kept = `words:${root.dataset.record}`;
const stored = () => JSON.parse(sessionStorage.getItem(kept) || "{}");
const store = (words) => sessionStorage.setItem(kept, JSON.stringify(words));
const sent = `words-sent:${root.dataset.record}`; // until a newer version shows that they arrived
const doubtsOf = JSON.parse(root.dataset.doubts || "{}");
let listed = false; // the whole list is shown
let go = {}; // what the page of the record does: showWord, turnTo

const form = () => $("#words-form");
const rows = () => all("#words-form .word-fix");
const textOf = (row) => $(".word-text", row);
const keyOf = (row) => textOf(row).name.slice("word-".length);
const readOf = (row) => $("[name^=read-]", row).value;
const joins = (row) => ["before", "after"].map((side) => $(`[name^=${side}-]`, row));
const isSaid = (row) => row.classList.contains("seen") || textOf(row).value.trim() !== readOf(row) || joins(row).some((box) => box?.checked);
const isSure = (row) => row.classList.contains("sure"); // nobody asked about it: a person picked it
const isOpen = (row) => !isSure(row) && !row.classList.contains("joined") && !isSaid(row);
const rowOf = (place) => $(`#words-form .word-fix[data-fix="${place}"]`);
const wordOf = (place) => $(`#words [data-word="${place}"]`);
// how many doubtful words of a page were said
const doneOf = (words, page) => Object.keys(words).filter((key) =>
  key.startsWith(`${page}-`) && !key.endsWith("-out") && !words[key].sure).length;

// ---- one word at a time, or the whole list ----
function choose(row, { focus = true } = {}) {
  for (const other of rows()) other.classList.toggle("current", other === row);
  if (!row || !focus) return;
  textOf(row).focus();
  textOf(row).select();
}
function show() {
  if (!form()) return;
  form().classList.toggle("one-by-one", !listed);
  form().classList.toggle("nothing", !rows().length && !$(".gone"));
  $(".fix-view").hidden = rows().length < 2;
  $(".fix-view").textContent = listed ? form().dataset.one : form().dataset.list;
  if (rows().length && !$(".word-fix.current")) choose(rows().find(isOpen) || rows()[0], { focus: false });
}
function count() {
  if (!form()) return;
  const page = form().dataset.page;
  const said = stored();
  const elsewhere = Object.entries(doubtsOf).reduce((sum, [number, doubts]) =>
    number === page ? sum : sum + Math.max(0, doubts - doneOf(said, number)), 0);
  const left = rows().filter(isOpen).length;
  const doubts = rows().filter((row) => !isSure(row)).length;
  const changed = Object.keys(said).length;
  const words = [];
  if (doubts && (left || elsewhere)) words.push(fill(form().dataset.left, { left, count: doubts }));
  if (elsewhere) words.push(fill(form().dataset.elsewhere, { count: elsewhere }));
  if (!words.length && doubts) words.push(form().dataset.done);
  if (changed) words.push(fill(form().dataset.unkept, { count: changed }));
  $(".fix-left").textContent = words.join(" · ");
  $(".word-keep").hidden = !changed;
  $(".word-keep span").textContent = fill($("#word-bar").dataset.keep, { count: changed });
  nextButton();
}
function nextPage() {
  const said = stored();
  const here = Number(form().dataset.page);
  const waiting = Object.keys(doubtsOf).map(Number).filter((number) =>
    number !== here && doneOf(said, number) < doubtsOf[number]);
  return waiting.find((number) => number > here) || waiting[0];
}
function nextButton() {
  const next = nextPage();
  let button = $(".fix-next");
  if (next === undefined) { button?.remove(); return; }
  if (!button) {
    button = document.createElement("button");
    button.className = "second fix-next";
    $(".fix-save").after(" ", button);
  }
  button.type = "button";
  button.textContent = fill(form().dataset.next, { number: next });
}
function goOn(row) { // from a word that a person picked, back to where they read
  if (isSure(row)) backToText(row);
  else advance(row);
}
async function advance(row) {
  const list = rows();
  const at = list.indexOf(row);
  const next = [...list.slice(at + 1), ...list.slice(0, at)].find(isOpen);
  if (next) { choose(next); return; }
  const page = nextPage();
  if (page === undefined || Object.keys(stored()).length >= MOST) { $(".fix-save").focus(); return; }
  await turn(page);
}
async function turn(page) {
  await go.turnTo(String(page));
  if (!form()) return;
  const first = rows().find(isOpen);
  if (first) choose(first);
  else $(".fix-save").focus();
}

// ---- any word, as a person picks it in the text ----
function correct(place) {
  if (!form() || !wordOf(place)) return false;
  for (const row of rows()) if (isSure(row) && !isSaid(row)) row.remove();
  let row = rowOf(place) || rowFor(place);
  if (row.classList.contains("joined")) row = rows().find((one) => joins(one).some((box, side) =>
    box?.checked && Number(one.dataset.fix) + (side ? 1 : -1) === Number(place))) || row;
  $("#corrections").open = true;
  show(); // nothing that is hidden takes the caret
  choose(row);
  return true;
}
function rowFor(place) {
  const row = filled($("#word-row"), wordOf(place), $(`#sheet rect[data-word="${place}"]`), form().dataset.page);
  $(".fixes", form()).prepend(row);
  for (const one of rows()) tell(one);
  return row;
}
function backToText(row) {
  const place = row.dataset.fix;
  if (isSure(row) && !isSaid(row)) row.remove();
  show();
  count();
  go.showWord(place, { focus: true });
}
function undo(row) {
  textOf(row).value = readOf(row);
  row.classList.remove("seen");
  $("[name^=seen-]", row)?.remove();
  for (const box of joins(row)) if (box) box.checked = false;
  tell(row);
  keep();
}
// what a row held as the caret came to it, for who leaves it by Esc
let came = null;
function remember(row) {
  came = { row, text: textOf(row).value, seen: row.classList.contains("seen"), joined: joins(row).map((box) => box?.checked) };
}
function leave(row) {
  const before = came?.row === row ? came : null;
  if (before) {
    undo(row);
    textOf(row).value = before.text;
    if (before.seen) seen(row);
    joins(row).forEach((box, side) => { if (box) box.checked = Boolean(before.joined[side]); });
    tell(row);
    keep();
  }
  backToText(row);
}

// ---- what is said of a word ----
function tell(row) {
  const text = textOf(row).value.trim();
  const words = text.split(/\s+/);
  const told = $(".becomes", row);
  const { none, parts } = form().dataset;
  told.textContent = !text ? none : words.length > 1 ? fill(parts, { count: words.length, words: words.join(" · ") }) : "";
  told.hidden = !told.textContent || !text; // an empty field says it by itself
  $(".fix-undo", row).hidden = !isSaid(row);
  const word = wordOf(row.dataset.fix);
  word?.classList.toggle("said", isSaid(row));
  if (word) word.dataset.said = text === readOf(row) ? "✓" : `→ ${text || `(${none})`}`;
  const run = joins(row);
  for (const [side, place] of [[run[0], -1], [run[1], 1]]) {
    const beside = $(`#words-form .word-fix[data-fix="${Number(row.dataset.fix) + place}"]`);
    if (!side || !beside) continue;
    beside.classList.toggle("joined", side.checked);
    for (const part of all("input", beside)) part.disabled = side.checked;
  }
}
function join(row) {
  const [before, after] = joins(row).map((box) => (box?.checked ? box.value : ""));
  const glued = [false, true].flatMap((b) => [false, true].map((a) =>
    (b && joins(row)[0] ? joins(row)[0].value : "") + readOf(row) + (a && joins(row)[1] ? joins(row)[1].value : "")));
  if (glued.includes(textOf(row).value)) textOf(row).value = before + readOf(row) + after;
}
function seen(row) {
  row.classList.add("seen");
  if ($("[name^=seen-]", row)) return;
  const mark = document.createElement("input");
  mark.type = "hidden";
  mark.name = `seen-${keyOf(row)}`;
  mark.value = "yes";
  row.append(mark);
}

// ---- what was said of a page stays through turns and reloads, where the word is still read as it was ----
function keep() {
  if (!form()) return;
  const words = stored();
  for (const row of rows()) {
    const [before, after] = joins(row).map((box) => (box?.checked ? box.value : ""));
    if (isSaid(row) && !row.classList.contains("joined")) {
      const sure = isSure(row) ? "yes" : "";
      words[keyOf(row)] = { version, word: textOf(row).value, read: readOf(row), seen: row.classList.contains("seen") ? "yes" : "", sure, before, after };
    } else delete words[keyOf(row)];
  }
  for (const out of all("#words-form .word-out .word-text")) {
    const key = out.name.slice("out-".length);
    if (out.value.trim()) words[`${key}-out`] = { version, out: out.value, was: $("[name^=was-]", out.parentElement).value };
    else delete words[`${key}-out`];
  }
  store(words);
  count();
}
function restore() {
  if (!form()) return;
  const words = stored();
  const carried = all("#words-form .carried"); // of a form that was refused
  for (const part of carried) {
    const [, name, key] = part.name.match(/^(\w+)-(\d+-\d+)$/);
    const place = name === "out" || name === "was" ? `${key}-out` : key;
    words[place] = { ...words[place], [name]: part.value, version: $("#conflict") ? "" : version };
    part.remove();
  }
  const here = `${form().dataset.page}-`;
  for (const [key, said] of Object.entries(words)) {
    const place = key.slice(here.length);
    const picked = key.startsWith(here) && said.word !== undefined && !rowOf(place) && wordOf(place);
    if (picked && picked.textContent === said.read) rowFor(place);
  }
  for (const row of rows()) {
    const said = words[keyOf(row)];
    if (said && said.read === readOf(row)) {
      const typed = textOf(row).value !== textOf(row).defaultValue; // while this script was on its way
      if (!typed) textOf(row).value = said.word;
      if (said.seen) seen(row);
      for (const [box, side] of [[joins(row)[0], said.before], [joins(row)[1], said.after]]) {
        if (box) box.checked = Boolean(side) && box.value === side;
      }
    }
    tell(row);
  }
  for (const out of all("#words-form .word-out .word-text")) {
    const said = words[`${out.name.slice("out-".length)}-out`];
    if (said && said.was === $("[name^=was-]", out.parentElement).value) out.value = said.out;
  }
  for (const place of Object.keys(words)) if (place.startsWith(here)) delete words[place];
  store(words); // and `keep` writes those of this page that still hold
  for (const part of all("#corrections .with-script")) part.hidden = false;
  $("#corrections").open = rows().length > 0 || Boolean($(".gone"));
  show();
  keep();
}

// ---- keys and buttons; the panel is another one after every turn, so they are heard further up ----
root.addEventListener("focusin", (event) => {
  const row = event.target.closest(".word-fix");
  if (!row) return;
  if (!row.contains(event.relatedTarget)) remember(row);
  choose(row, { focus: false });
  go.showWord(row.dataset.fix);
  row.scrollIntoView({ block: "nearest" }); // the word in the text may be a screen away
});
root.addEventListener("input", (event) => {
  const row = event.target.closest(".word-fix");
  if (row && event.target.type === "checkbox") join(row);
  if (row) tell(row);
  if (row || event.target.closest(".word-out")) keep();
});
root.addEventListener("click", (event) => {
  if (event.target.closest(".fix-view")) { listed = !listed; show(); textOf($(".word-fix.current")).focus(); }
  const next = event.target.closest(".fix-next");
  if (next) { event.preventDefault(); turn(nextPage()); }
  const other = event.target.closest(".fix-choice");
  if (other) {
    const row = other.closest(".word-fix");
    textOf(row).value = other.textContent;
    tell(row);
    keep();
    textOf(row).focus();
  }
  const none = event.target.closest(".fix-none")?.closest(".word-fix");
  if (none) { textOf(none).value = ""; seen(none); tell(none); keep(); goOn(none); }
  const back = event.target.closest(".fix-undo")?.closest(".word-fix");
  if (back) {
    undo(back);
    if (isSure(back)) backToText(back);
    else textOf(back).focus();
  }
  if (event.target.closest(".word-edit")) correct($("#words .here").dataset.word);
});
root.addEventListener("dblclick", (event) => {
  const word = event.target.closest("#words [data-word]"); // a click moves the picture from under the second
  if (word && correct(word.dataset.word)) getSelection().removeAllRanges();
});
root.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const word = event.target.closest("#words [data-word]");
  if (word && event.key === "Enter") {
    if (correct(word.dataset.word)) event.preventDefault();
    return;
  }
  const row = event.target.closest(".word-fix");
  if (row && event.key === "Escape") { event.preventDefault(); leave(row); return; }
  if (!row || event.target !== textOf(row)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter") {
    event.preventDefault();
    if (event.shiftKey) {
      const before = rows().slice(0, rows().indexOf(row)).filter((one) => !one.classList.contains("joined")).pop();
      if (before) choose(before);
      return;
    }
    if (!isSure(row)) seen(row);
    tell(row);
    keep();
    goOn(row);
  } else if (step) {
    event.preventDefault();
    const choices = JSON.parse(textOf(row).dataset.choices);
    const at = choices.indexOf(textOf(row).value);
    textOf(row).value = choices[(at < 0 ? 0 : at + step + choices.length) % choices.length];
    textOf(row).select();
    tell(row);
    keep();
  }
});
// the word that is lit up, wherever the caret is
addEventListener("keydown", (event) => {
  const here = event.key === "F2" && !event.target.matches("input, textarea, select") && $("#words .here");
  if (here && correct(here.dataset.word)) event.preventDefault();
});
root.addEventListener("submit", (event) => {
  if (!event.target.matches("#words-form")) return;
  keep();
  const here = form().dataset.page;
  for (const row of rows()) if (!isSaid(row)) for (const part of all("input", row)) part.disabled = true;
  const later = {}, now = {};
  for (const [place, { version: seenAt, ...parts }] of Object.entries(stored())) {
    (seenAt === version ? now : later)[place] = { version: seenAt, ...parts };
    if (seenAt !== version || place.startsWith(`${here}-`)) continue;
    for (const [name, value] of Object.entries(parts).filter(([name, value]) => value || name === "word")) {
      const part = document.createElement("input");
      part.type = "hidden";
      part.name = `${name}-${place.replace(/-out$/, "")}`;
      part.value = value;
      event.target.append(part);
    }
  }
  store(later);
  sessionStorage.setItem(sent, JSON.stringify(now));
});
// Words of the version that is still shown did not arrive: the network failed, or the service.
function takeBack() {
  const words = JSON.parse(sessionStorage.getItem(sent) || "{}");
  sessionStorage.removeItem(sent);
  const lost = Object.entries(words).filter(([, said]) => said.version === version);
  store({ ...Object.fromEntries(lost), ...stored() });
}

/** To be called once, and `restore` after every turn. `page`: {showWord, turnTo}. */
export function setUp(page) {
  go = page;
  takeBack();
  restore();
  return restore;
}

/** Words of this version that were said and not kept yet. */
export function unkept() {
  return Object.values(stored()).filter((said) => said.version === version).length;
}
