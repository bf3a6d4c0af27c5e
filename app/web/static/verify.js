// Drop documents anywhere on the page. The answer takes the place of what is shown, so that the file stays at
// hand in this page alone: what is made of it (report, signed version) needs no second choosing. Without this
// script the same form works for one file, and it is chosen once more.
import { filesIn } from "./folders.js";

const MOST = 500; // files of one table; more would be a job for the command line
const PDF = /\.pdf$/i;
const main = document.getElementById("main");
const form = () => document.getElementById("verify");
const copyOf = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
let returning = null; // leads back from a report to the table of many files
let stop = null; // ends the work on many files
const MOST_RECHECKS = 12; // for an hour: a page that is forgotten sends its file no more
let recheck = 0; // the timer that checks again what may settle
let rechecks = 0;

function ready() {
  form().elements.file.multiple = true;
  for (const part of document.querySelectorAll("#verify .with-script")) part.hidden = false;
}

async function asked(body, signal, address = "/verify") {
  const answer = await fetch(address, { method: "POST", body, signal });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = page.getElementById("main");
  if (!shown || !shown.querySelector("#verify")) throw new TypeError("no answer of this page");
  return { shown, title: page.title, status: answer.status, wait: Number(answer.headers.get("Retry-After")) };
}

function show(shown, title, file, wanted = false) {
  main.replaceChildren(...document.adoptNode(shown).childNodes);
  document.title = title;
  const kept = new DataTransfer();
  kept.items.add(file);
  ready();
  form().elements.file.files = kept.files;
  if (returning) {
    main.prepend(copyOf("back-to-many"));
    main.querySelector("[data-back]").addEventListener("click", returning);
  }
  rechecks = 0;
  later(file);
  const pictures = wanted ? document.getElementById("pictures") : null; // else they come with the verdict, and after it
  (pictures ?? document.getElementById("verdict") ?? main).focus();
  if (pictures) document.getElementById("changes").scrollIntoView();
  else scrollTo(0, 0);
}

// What is not settled is checked again while the page is open, and shown only where the verdict is another. Nobody's
// connection is used for a page that nobody looks at: it is checked when they come back to it.
function later(file) {
  clearTimeout(recheck);
  const said = document.querySelector("[data-recheck]");
  if (!said) return;
  said.hidden = rechecks >= MOST_RECHECKS;
  if (said.hidden) return;
  const verdict = document.getElementById("verdict");
  recheck = setTimeout(async () => {
    await seen();
    if (!verdict.isConnected) return;
    rechecks += 1;
    const body = new FormData();
    body.append("file", file, file.name);
    const answer = await asked(body).catch(() => null);
    if (!verdict.isConnected) return; // another file is shown by now
    const found = answer?.shown.querySelector("#verdict");
    // that the service is at fault now is no news of the file
    const fault = answer?.shown.querySelector("[data-state=fault]");
    if (found && !fault && found.textContent !== verdict.textContent) show(answer.shown, answer.title, file);
    else later(file);
  }, said.dataset.recheck * 1000);
}

function seen() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((go) => { document.addEventListener("visibilitychange", go, { once: true }); });
}

async function one(body, file, address) {
  const { shown, title } = await asked(body, undefined, address);
  show(shown, title, file, address !== "/verify");
}

// ---- many files: each is sent by itself, and its report is kept in this page ----
async function many(found) {
  stop?.abort();
  stop = new AbortController();
  const { signal } = stop;
  const section = copyOf("many-files");
  const say = section.querySelector("#many-sum");
  const rows = found.slice(0, MOST).map((file) => row(section, file));
  const rest = [...main.children].filter((node) => node.id === "verify" || node.localName === "template");
  main.replaceChildren(section, ...rest);
  form().reset();
  section.querySelector("h1").focus();
  let done = 0;
  const count = () => {
    const most = found.length > MOST ? ` ${fill(section.dataset.most, { most: MOST })}` : "";
    say.textContent = rows.length ? fill(section.dataset.sum, { done, total: rows.length }) + most : section.dataset.none;
  };
  count();
  for (const { file, line } of rows) {
    if (signal.aborted) { outcome(line, "none", section.dataset.stopped); continue; }
    await verified(file, line, section, say, signal);
    if (!signal.aborted) done += 1;
    count();
  }
  section.querySelector("[data-stop]").hidden = true;
}

function row(section, file) {
  const line = copyOf("outcome-row");
  line.querySelector("th").textContent = file.webkitRelativePath || file.name;
  line.querySelector(".sr").textContent = ` – ${file.name}`;
  section.querySelector("tbody").append(line);
  return { file, line };
}

function outcome(line, tone, words, shape) {
  const cell = line.querySelector(".outcome");
  cell.className = `outcome ${tone}`;
  cell.replaceChildren(...(shape ? [shape.cloneNode(true)] : []), words);
}

async function verified(file, line, section, say, signal) {
  const body = new FormData();
  body.append("file", file, file.name);
  try {
    let answer = await asked(body, signal);
    while (answer.status === 429) {
      say.textContent = fill(section.dataset.wait, { seconds: answer.wait });
      await new Promise((go) => { setTimeout(go, answer.wait * 1000); signal.addEventListener("abort", go); });
      answer = await asked(body, signal);
    }
    const verdict = answer.shown.querySelector(".verdict");
    if (!verdict) return outcome(line, "bad", answer.shown.querySelector(".message.bad")?.textContent.trim() ?? section.dataset.lost);
    const tone = verdict.className.replace("verdict", "").trim();
    const shape = document.adoptNode(verdict.querySelector("svg").cloneNode(true));
    shape.classList.add("icon");
    outcome(line, tone, verdict.querySelector("#verdict").textContent, shape);
    const open = line.querySelector("[data-open]");
    open.hidden = false;
    open.addEventListener("click", () => {
      returning = () => back(section, open);
      show(answer.shown.cloneNode(true), answer.title, file);
    });
  } catch {
    outcome(line, "none", signal.aborted ? section.dataset.stopped : section.dataset.lost);
  }
}

function back(section, focused) {
  returning = null;
  const rest = [...main.children].filter((node) => node.id === "verify" || node.localName === "template");
  main.replaceChildren(section, ...rest);
  form().reset();
  focused.focus();
}

// ---- what people do ----
function busy(yes) {
  document.getElementById("checking").textContent = yes ? form().dataset.busy : "";
  for (const button of document.querySelectorAll("#verify button, [form=verify]")) button.disabled = yes;
}

function take(files) {
  if (files.length !== 1) return many(files);
  const kept = new DataTransfer();
  kept.items.add(files[0]);
  form().elements.file.files = kept.files;
  return form().requestSubmit();
}

addEventListener("submit", (event) => {
  const sent = event.target;
  const shown = event.submitter?.hasAttribute("data-shown");
  // a download leaves the page
  if (sent.id !== "verify" || (event.submitter?.hasAttribute("formaction") && !shown)) return;
  event.preventDefault();
  const files = [...sent.elements.file.files];
  if (files.length > 1) return void many(files);
  if (!shown) {
    stop?.abort();
    returning = null;
  }
  const body = new FormData(sent, event.submitter); // before the buttons are off: they name the signature
  busy(true);
  one(body, files[0], shown ? "/verify/changes" : "/verify").catch(() => sent.submit()); // let the browser say why
});
addEventListener("click", (event) => {
  if (event.target.closest("[data-pick-folder]")) document.getElementById("folder").click();
  if (event.target.closest("[data-stop]")) stop?.abort();
});
addEventListener("change", (event) => {
  if (event.target.id !== "folder") return;
  take([...event.target.files].filter((file) => PDF.test(file.name)));
  event.target.value = "";
});
for (const kind of ["dragover", "dragenter"]) {
  addEventListener(kind, (event) => { event.preventDefault(); form().classList.add("over"); });
}
addEventListener("dragleave", (event) => { if (!event.relatedTarget) form().classList.remove("over"); });
addEventListener("drop", async (event) => {
  event.preventDefault();
  form().classList.remove("over");
  const files = await filesIn(event.dataTransfer, PDF);
  if (files) take(files);
});
addEventListener("pageshow", () => { ready(); busy(false); });
document.getElementById("verdict")?.focus();
