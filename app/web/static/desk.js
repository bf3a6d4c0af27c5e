import { filesIn } from "./folders.js";
import { busy, pagesOf, watch } from "./progress.js";

const form = document.getElementById("send");
const list = document.getElementById("records");
const csrf = document.querySelector('meta[name="csrf"]').content;
// All that is read, and what is refused with what to do (phones' pictures, office files, archives): of a folder nothing
// that may be a paper is left out unsaid.
const suffixes = /\.(pdf|jpe?g|jfif|png|tiff?|webp|bmp|gif|jp2|heic|heif|avif|docx?|xlsx?|pptx?|odt|rtf|zip|rar|7z)$/i;
const sent = new Map(); // record id → its rows in the queue: a file may be there twice
const MOST_WATCHED = 200; // as many records as the service tells one watcher of

// ---- progress ----
const rows = () => [...list.querySelectorAll("tr[data-record]")];
const pending = () => [...sent].filter(([, lines]) => lines.some((line) => !line.dataset.end)).map(([id]) => id);
const ids = () => [...pending(), ...rows().map((row) => row.dataset.record)].slice(0, MOST_WATCHED).join(",");
const stream = watch(() => `/api/v1/events?ids=${ids()}`, told);

function told(record) {
  const row = list.querySelector(`tr[data-record="${CSS.escape(record.id)}"]`);
  if (row) showRow(row, record);
  for (const line of sent.get(record.id) || []) showLine(line, record);
}

const words = (status) => list.getAttribute(`data-s-${status}`);

function showRow(row, record) {
  const state = row.querySelector(".state");
  const bar = state.querySelector("progress");
  if (bar && busy(record)) {
    bar.max = record.pages_total || 1;
    bar.value = record.pages_done;
    state.querySelector(".pages").textContent = pagesOf(record, list.dataset.pages);
  }
  if (row.dataset.at === record.status) return;
  row.dataset.at = record.status;
  refreshSoon();
}

// A record that moved on has a number, a date, a subject: the server draws the list, as it did the first time.
let refreshing = 0;
function refreshSoon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("records");
    const row = document.activeElement?.closest?.("tr[data-record]");
    const focused = row?.dataset.record;
    const place = row ? [...row.querySelectorAll("a")].indexOf(document.activeElement) : 0;
    if (!fresh) return;
    list.replaceChildren(...fresh.childNodes);
    if (!focused) return;
    const links = list.querySelectorAll(`tr[data-record="${CSS.escape(focused)}"] a`);
    (links[place] || links[0])?.focus({ preventScroll: true });
  }, 400);
}

// ---- sending ----
if (form) {
  const say = form.dataset;
  const queue = document.getElementById("queue");
  const lines = document.getElementById("queue-list");
  const sum = document.getElementById("queue-sum");
  const files = document.getElementById("files");
  const folder = document.getElementById("folder");
  for (const part of form.querySelectorAll(".with-script")) part.hidden = false;
  document.getElementById("pick-files").addEventListener("click", () => files.click());
  // Enter in the name of the dossier: what comes next is to choose the files, not to send none
  form.addEventListener("submit", (event) => { event.preventDefault(); files.click(); });
  document.getElementById("pick-folder").addEventListener("click", () => folder.click());
  files.addEventListener("change", () => { take([...files.files]); files.value = ""; });
  folder.addEventListener("change", () => {
    take([...folder.files].filter((file) => suffixes.test(file.name)));
    folder.value = "";
  });

  for (const kind of ["dragover", "dragenter"]) {
    addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
  }
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
  addEventListener("drop", async (event) => {
    event.preventDefault();
    form.classList.remove("over");
    const found = await filesIn(event.dataTransfer, suffixes);
    if (found) take(found);
  });

  const waiting = [];
  let sending = false;

  function take(found) {
    queue.hidden = false;
    if (!found.length) { sum.textContent = say.none; return; }
    for (const file of found) waiting.push({ file, line: newLine(file.name) });
    tally();
    if (!sending) sendAll();
  }

  function newLine(name) {
    const line = document.createElement("li");
    const label = document.createElement("span");
    label.className = "file-name";
    label.textContent = name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    const said = document.createElement("span");
    said.className = "say";
    line.append(label, bar, said);
    lines.append(line);
    return line;
  }

  async function sendAll() {
    sending = true;
    const guard = (event) => event.preventDefault();
    addEventListener("beforeunload", guard);
    while (waiting.length) {
      const { file, line } = waiting.shift();
      await send(file, line);
    }
    removeEventListener("beforeunload", guard);
    sending = false;
    refreshSoon();
  }

  // A record that is refused at once is no news to a stream that was open before it: ask anew, of many at a time.
  let hearing = 0;
  function hearSoon() {
    hearing ||= setTimeout(() => { hearing = 0; stream.again(); }, 1000);
  }

  function send(file, line) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      const dossier = form.elements.dossier.value.trim();
      if (dossier) body.append("dossier", dossier);
      body.append("file", file, file.name);
      request.open("POST", "/api/v1/records");
      request.setRequestHeader("X-CSRF-Token", csrf);
      request.responseType = "json";
      const bar = line.querySelector("progress");
      const said = line.querySelector(".say");
      said.textContent = say.sending;
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) { bar.max = event.total; bar.value = event.loaded; }
      });
      request.addEventListener("load", () => { answered(request, line); done(); });
      request.addEventListener("error", () => { lost(file, line); done(); });
      request.send(body);
    });
  }

  function answered(request, line) {
    const body = request.response || {};
    if (request.status === 202) {
      const record = body.records[0];
      line.dataset.again = record.again ? "yes" : "";
      sent.set(record.id, [...(sent.get(record.id) || []), line]);
      showLine(line, { ...record, pages_done: 0, pages_total: null });
      hearSoon();
      return;
    }
    line.querySelector(".say").textContent = "";
    explain(line, inWords(body) || say.lost);
    end(line, "refused");
  }

  function lost(file, line) {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "second";
    again.textContent = say.resend;
    again.addEventListener("click", () => {
      again.remove();
      waiting.push({ file, line });
      if (!sending) sendAll();
    });
    line.querySelector(".say").textContent = say.lost;
    line.append(again);
  }

  document.addEventListener("queue-changed", tally);
  function tally() {
    const ends = [...lines.children].map((line) => line.dataset.end);
    sum.textContent = say.sum
      .replace("{done}", ends.filter(Boolean).length).replace("{all}", ends.length)
      .replace("{refused}", ends.filter((how) => how === "refused").length);
  }
}

const inWords = (problem) => problem?.[document.documentElement.lang];

function showLine(line, record) {
  const say = form.dataset;
  const bar = line.querySelector("progress");
  const said = line.querySelector(".say");
  if (busy(record)) {
    bar.max = record.pages_total || 1;
    if (record.pages_total || record.status === "received") bar.value = record.pages_done;
    said.textContent = record.pages_total ? pagesOf(record, say.pages) : words(record.status);
    line.querySelector(".bad")?.remove();
    end(line, "");
    return;
  }
  bar.max = 1;
  bar.value = 1;
  const link = document.createElement("a");
  link.href = `/records/${record.id}`;
  link.textContent = words(record.status);
  said.replaceChildren(link);
  if (line.dataset.again) {
    const again = document.createElement("em");
    again.textContent = ` ${say.again}`;
    said.append(again);
  }
  const lost = record.status === "refused" || record.status === "failed";
  if (inWords(record.error)) explain(line, inWords(record.error));
  else if (record.incomplete) explain(line, say.incomplete, "⚠");
  if (!line.dataset.end) refreshSoon();
  end(line, lost ? "refused" : "done");
}

// What a person has to see to stands first, with what to do.
function explain(line, words, sign = "✗") {
  const why = line.querySelector(".bad") || document.createElement("span");
  why.className = "bad";
  why.textContent = `${sign} ${words}`;
  line.append(why);
  if (!line.contains(document.activeElement)) line.parentElement.prepend(line);
}

function end(line, how) {
  line.dataset.end = how;
  line.querySelector("progress").hidden = how === "refused";
  document.dispatchEvent(new CustomEvent("queue-changed"));
}
