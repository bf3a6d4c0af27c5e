import { MarkForm, codeIn, lackingIn } from "./signing/mark.js";
import { Panel } from "./signing/panel.js";
import { Placer } from "./signing/placer.js";

const root = document.getElementById("inbox");
const texts = JSON.parse(root.dataset.texts);
const list = document.getElementById("papers");
const everything = document.getElementById("all");
const rows = list ? [...list.children] : [];
const boxes = rows.map((row) => row.querySelector(".pick input"));
for (const part of root.querySelectorAll(".with-script")) part.hidden = false;

// where the mark of a document stands, once the person has looked at it
const placers = new Map();
const chosen = () => rows.filter((_, at) => boxes[at].checked).map((row) => {
  const { record, version, name } = row.dataset;
  const place = marks.shown ? placers.get(record)?.place : undefined;
  return { record, version: Number(version), name, place, reading_code: codeIn(row) };
});
const form = document.getElementById("signing");
const marks = new MarkForm(form, texts, () => {
  for (const [record, placer] of placers) {
    const details = rows.find((row) => row.dataset.record === record).querySelector("details.mark-place");
    details.querySelector(".placer").hidden = !marks.shown;
    if (marks.shown) { placer.refresh(); continue; }
    placer.drop();
    details.open = false;
  }
});
const asked = () => ({ role: marks.role, mark: marks.mark, seal: form.elements.seal?.checked ?? false });
async function settled() {
  if (form.elements.key.value === "agent") return ""; // a signing program draws a mark of its own
  for (const { record, name } of chosen()) {
    const row = rows.find((one) => one.dataset.record === record);
    const lacking = lackingIn(row);
    if (lacking) {
      if (row.querySelector(".peeked").hidden) row.querySelector("button.peek").click();
      return { words: `${name}: ${texts.code_lacking}`, field: lacking };
    }
    const problem = await placers.get(record)?.settled();
    if (problem) return `${name}: ${problem}`;
  }
  return "";
}
const { unfinished } = root.dataset;
const panel = new Panel(document.getElementById("sign"), texts, { chosen, settled, told, leaves, marks, unfinished });

// ---- what could not be signed is chosen again, on the page as it is then ----
const AGAIN = `banchinh-again:${location.pathname}`;
function leaves(failed) {
  sessionStorage.setItem(AGAIN, JSON.stringify(failed.map(({ record }) => record)));
}
function chooseAgain() {
  const failed = JSON.parse(sessionStorage.getItem(AGAIN) ?? "[]");
  sessionStorage.removeItem(AGAIN);
  for (const [at, row] of rows.entries()) boxes[at].checked ||= failed.includes(row.dataset.record);
}

// ---- what is signed cannot be chosen again ----
function told(documents) {
  for (const { record } of documents.filter((one) => one.status === "signed")) {
    const row = rows.find((one) => one.dataset.record === record);
    if (!row || row.classList.contains("signed")) continue;
    row.classList.add("signed");
    const box = boxes[rows.indexOf(row)];
    box.checked = false;
    box.disabled = true;
    row.querySelector(".status span").textContent = texts.status_signed;
  }
  count();
}

// ---- choosing: one by one, in a row, all ----
function count() {
  const number = boxes.filter((box) => box.checked).length;
  for (const [at, row] of rows.entries()) row.classList.toggle("chosen", boxes[at].checked);
  if (everything) {
    everything.checked = number === boxes.length;
    everything.indeterminate = number > 0 && number < boxes.length;
    const says = document.getElementById("chosen");
    says.textContent = says.dataset.says.replace("{count}", number).replace("{total}", boxes.length);
  }
  panel.count();
}

let last = 0; // where the choice in a row begins
function choose(from, to, checked) {
  for (let at = Math.min(from, to); at <= Math.max(from, to); at += 1) boxes[at].checked = checked && !boxes[at].disabled;
}
everything?.addEventListener("change", () => { choose(0, boxes.length - 1, everything.checked); count(); });
for (const [at, box] of boxes.entries()) {
  box.addEventListener("click", (event) => {
    if (event.shiftKey) choose(last, at, box.checked);
    last = at;
    count();
  });
  box.addEventListener("keydown", (event) => {
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
    if (event.key === "Enter") { event.preventDefault(); rows[at].querySelector("button.peek").click(); return; }
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const to = Math.min(Math.max(next, 0), boxes.length - 1);
    if (event.shiftKey) { choose(at, to, true); count(); }
    last = to;
    boxes[to].focus();
  });
}

// ---- what will be signed, without leaving the list ----
function drawPages({ dataset: { record, name } }, shown) {
  for (let number = 1; number <= Number(shown.dataset.pages); number += 1) {
    const image = document.createElement("img");
    image.loading = "lazy";
    image.alt = root.dataset.page.replace("{number}", number).replace("{name}", name);
    image.src = `/api/v1/records/${record}/pages/${number}/image?attempt=${shown.dataset.attempt}`;
    shown.append(image);
  }
}
for (const row of rows) {
  const { record, version } = row.dataset;
  const details = row.querySelector("details.mark-place");
  details.addEventListener("toggle", () => {
    if (!details.open || placers.has(record)) return;
    const looks = () => ({ ...asked(), reading_code: codeIn(row) });
    const placer = new Placer(details.querySelector(".placer"), texts, { record, version: Number(version) }, looks);
    placers.set(record, placer);
    placer.refresh();
  });
  row.querySelector(".reading-code")?.addEventListener("change", () => placers.get(record)?.refresh());
  const button = row.querySelector("button.peek");
  button.addEventListener("click", () => {
    const shown = row.querySelector(".peeked");
    shown.hidden = !shown.hidden;
    button.setAttribute("aria-expanded", String(!shown.hidden));
    if (!shown.querySelector(":scope > img")) drawPages(row, shown);
  });
}
chooseAgain();
count();
