// Doubtful words are put right one after the other: Enter says that one is right, the next page follows by
// itself, and all that was said of all pages is sent at once. Without this script it is a list of one page.
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
const isOpen = (row) => !row.classList.contains("joined") && !isSaid(row);

// ---- one word at a time, or the whole list ----
function choose(row, { focus = true } = {}) {
  for (const other of rows()) other.classList.toggle("current", other === row);
  if (!row || !focus) return;
  textOf(row).focus();
  textOf(row).select();
}
function show() {
  if (!form() || !rows().length) return;
  form().classList.toggle("one-by-one", !listed);
  $(".fix-view").textContent = listed ? form().dataset.one : form().dataset.list;
  if (!$(".word-fix.current")) choose(rows().find(isOpen) || rows()[0], { focus: false });
}
function count() {
  if (!form()) return;
  const page = form().dataset.page;
  const said = Object.keys(stored());
  const elsewhere = Object.entries(doubtsOf).reduce((sum, [number, doubts]) => {
    const done = said.filter((key) => key.startsWith(`${number}-`)).length;
    return number === page ? sum : sum + Math.max(0, doubts - done);
  }, 0);
  const left = rows().filter(isOpen).length;
  const words = [];
  if (left || elsewhere) words.push(fill(form().dataset.left, { left, count: rows().length }));
  if (elsewhere) words.push(fill(form().dataset.elsewhere, { count: elsewhere }));
  const place = $(".fix-left");
  if (place) place.textContent = words.join(" · ") || form().dataset.done;
  nextButton();
}
function nextPage() {
  const said = Object.keys(stored());
  const here = Number(form().dataset.page);
  const waiting = Object.keys(doubtsOf).map(Number).filter((number) =>
    number !== here && said.filter((key) => key.startsWith(`${number}-`)).length < doubtsOf[number]);
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

// ---- what is said of a word ----
function tell(row) {
  const text = textOf(row).value.trim();
  const words = text.split(/\s+/);
  const told = $(".becomes", row);
  const { none, parts } = form().dataset;
  told.textContent = !text ? none : words.length > 1 ? fill(parts, { count: words.length, words: words.join(" · ") }) : "";
  told.hidden = !told.textContent || !text; // an empty field says it by itself
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
      words[keyOf(row)] = { version, word: textOf(row).value, read: readOf(row), seen: row.classList.contains("seen") ? "yes" : "", before, after };
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
  for (const row of rows()) {
    const said = words[keyOf(row)];
    if (said && said.read === readOf(row)) {
      textOf(row).value = said.word;
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
  $("#corrections").open = true;
  show();
  keep();
}

// ---- keys and buttons; the panel is another one after every turn, so they are heard further up ----
root.addEventListener("focusin", (event) => {
  const row = event.target.closest(".word-fix");
  if (!row) return;
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
  if (none) { textOf(none).value = ""; seen(none); tell(none); keep(); advance(none); }
});
root.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const doubt = event.target.closest("#words .doubt");
  if (doubt && event.key === "Enter") {
    const row = $(`#words-form .word-fix[data-fix="${doubt.dataset.word}"]`);
    if (row) { event.preventDefault(); choose(row); }
    return;
  }
  const row = event.target.closest(".word-fix");
  if (!row || event.target !== textOf(row)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter") {
    event.preventDefault();
    if (event.shiftKey) {
      const before = rows().slice(0, rows().indexOf(row)).filter((one) => !one.classList.contains("joined")).pop();
      if (before) choose(before);
      return;
    }
    seen(row);
    tell(row);
    keep();
    advance(row);
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
