// The part of a page where an official chooses a key and signs: many records of the inbox, or the one of its page.
// What is kept over a reload is which documents were to be signed, never a key, a file or a passphrase.
import { AgentProblem, signByAgent } from "./agent.js";
import { Lost, Refused, accountKey, begin, call, follow, nameOf, outsideKey, read, resume } from "./batch.js";
import { KeyProblem, openKeyFile } from "./key-file.js";

const language = document.documentElement.lang;
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const SHAPES = { waiting: "·", prepared: "…", signed: "✓", failed: "✗" };
const day = (iso) => new Date(iso).toLocaleDateString("vi-VN");

// What stops the run as a whole, in the words of `texts`; anything else is a fault of ours and goes to the console.
class Stop extends Error {}

// `root` holds the form and the outcome; `chosen()` gives [{record, version, name}]; `finished(documents)` is called
// when none is left; `native`: the account's key signs by the form itself,
// unless a seal is to follow.
export function signingPanel(root, texts, { chosen, finished = () => {}, native = false, unfinished = "" }) {
  const form = root.querySelector("form");
  const outcome = root.querySelector(".outcome");
  const part = (name) => outcome.querySelector(name);
  const kept = `signing:${location.pathname}`;
  const lines = new Map();
  let run = JSON.parse(sessionStorage.getItem(kept) || "null");
  let busy = false;

  // ---- the form ----
  const kind = () => form.elements.key.value;
  function showKind() {
    for (const each of form.querySelectorAll("[data-for]")) each.hidden = !each.dataset.for.split(" ").includes(kind());
  }

  function wrong(words, field) {
    const said = form.querySelector(".wrong");
    said.querySelector("span").textContent = words;
    said.hidden = !words;
    field?.focus();
  }

  const left = () => (run ? run.documents.filter((one) => one.status !== "signed" && one.status !== "failed") : chosen());

  function count() {
    const number = left().length;
    const consent = form.querySelector(".consent .wording");
    if (!consent) return;
    consent.textContent = fill(number === 1 ? texts.consent_one : texts.consent, { count: number });
    form.querySelector("button:not([type]) .wording").textContent =
      run ? fill(texts.rest, { left: number }) : number === 1 ? texts.sign_one : fill(texts.sign, { count: number });
  }

  function taken(name) { // what is secret stays in its field no longer than it must
    const field = form.elements[name];
    const value = field.value;
    field.value = "";
    return value;
  }

  // ---- the outcome ----
  function say(words, tone = "plain") {
    const said = part(".said");
    said.className = `said message ${tone}`;
    said.querySelector("span").textContent = words;
  }

  function show({ documents }) {
    run.documents = run.documents.map((old) => {
      const { name, ...news } = documents.find((one) => one.record === old.record) ?? {};
      return { ...old, ...news }; // the batch knows files by their names, the person documents by what they say
    });
    keep();
    for (const one of run.documents) showLine(one);
    const all = run.documents;
    const [signed, failed] = ["signed", "failed"].map((status) => all.filter((one) => one.status === status).length);
    part("progress").max = all.length || 1;
    part("progress").value = signed + failed;
    part(".count").textContent = fill(failed ? texts.progress_failed : texts.progress, { signed, failed, total: all.length });
  }

  function showLine(one) {
    let line = lines.get(one.record);
    if (!line) {
      line = part("template").content.firstElementChild.cloneNode(true);
      line.querySelector("a").href = `/records/${one.record}`;
      lines.set(one.record, line);
      part(".documents").append(line);
    }
    line.dataset.status = one.status;
    line.querySelector(".shape").textContent = SHAPES[one.status];
    line.querySelector("a").textContent = one.name;
    line.querySelector(".state").textContent = texts[one.seal ?? `status_${one.status}`];
    const why = line.querySelector(".why");
    why.textContent = one.error ? one.error[language] || one.error.message : "";
    why.hidden = !one.error;
  }

  // Keeps what a reload needs. Signature attributes are public, but of no use without the service.
  function keep() {
    const documents = run.documents.map(({ record, version, name, status, error, seal }) => ({ record, version, name, status, error, seal }));
    sessionStorage.setItem(kept, JSON.stringify({ ...run, documents }));
  }

  function started() {
    busy = true;
    form.hidden = true;
    outcome.hidden = false;
    part(".rest").hidden = part(".leave").hidden = true;
    outcome.focus({ preventScroll: true });
    outcome.scrollIntoView({ block: "nearest" });
    say(kind() === "account" ? texts.running_account : texts.running);
    show({ documents: [] });
  }

  function ended(problem = "") {
    busy = false;
    part(".holder").hidden = true;
    const waiting = left().length;
    const signed = run.documents.filter((one) => one.status === "signed").length;
    if (waiting) {
      say(`${problem} ${fill(texts.stopped, { left: waiting })}`.trim(), "bad");
      part(".rest").textContent = fill(texts.rest, { left: waiting });
      part(".leave").textContent = texts.leave_rest;
    } else {
      const all = signed === run.documents.length;
      const seals = run.documents.filter((one) => one.seal === "awaiting").length;
      const done = fill(all ? texts.all_done : texts.some_done, { signed, total: run.documents.length });
      say(seals ? `${done} ${fill(texts.seals_wait, { seals })}` : done, all ? "good" : "bad");
      part(".leave").textContent = texts.again;
      sessionStorage.removeItem(kept);
    }
    part(".rest").hidden = !waiting;
    part(".leave").hidden = false;
    part(waiting ? ".rest" : ".leave").focus({ preventScroll: true });
    if (!waiting) finished(run.documents);
  }

  part(".rest").addEventListener("click", () => {
    part(".rest").hidden = true;
    form.hidden = false;
    count();
    form.elements.key[0].focus();
    form.scrollIntoView({ block: "nearest" });
    [...form.elements.key].find((one) => one.checked)?.focus();
  });
  part(".leave").addEventListener("click", () => { sessionStorage.removeItem(kept); location.assign(location.pathname); });

  // ---- signing ----
  const options = () => ({ reason: form.elements.reason?.value ?? "", seal: form.elements.seal?.checked ?? false });

  function startRun(records, more) {
    run = { documents: records.map((one) => ({ ...one, status: "waiting" })), ...more };
    lines.clear();
    part(".documents").replaceChildren();
  }

  async function byAccount(records) {
    const passphrase = taken("passphrase") || null;
    const batch = run?.batch && run.kind === "account"
      ? await resume(run.batch, passphrase)
      : await begin(records, accountKey(passphrase), options());
    if (!run?.batch) startRun(records, { kind: "account", batch: batch.id });
    started();
    await follow(batch, show);
  }

  async function byFile(records) {
    const key = await openedKey();
    try {
      const same = run?.batch && run.certificate === nameOf(key);
      const batch = same ? await read(run.batch) : await begin(records, outsideKey(key), options());
      const before = run?.documents.filter((one) => !records.some(({ record }) => record === one.record)) ?? [];
      if (!same) startRun(records, { kind: "file", batch: batch.id, certificate: nameOf(key) });
      run.documents = same ? run.documents : [...before, ...run.documents];
      started();
      showHolder(key);
      await follow(batch, show, key);
    } finally {
      key.close();
      form.elements.file.value = "";
    }
  }

  async function openedKey() {
    const file = form.elements.file.files[0];
    if (!file) throw new KeyProblem("no-file");
    const passphrase = taken("passphrase");
    const key = await openKeyFile(await file.arrayBuffer(), passphrase);
    const now = new Date().toISOString();
    if (now >= key.from && now <= key.until) return key;
    key.close();
    throw new Stop(fill(texts.expired, { from: day(key.from), until: day(key.until) }));
  }

  function showHolder(key) {
    part(".holder").textContent = fill(texts.key_of, { ...key, until: day(key.until) });
    part(".holder").hidden = false;
  }

  async function byAgent(records) {
    if (!run) startRun(records, { kind: "agent" });
    started();
    for (const one of records) {
      say(fill(texts.agent_waits, one));
      show({ documents: [{ record: one.record, status: "prepared" }] });
      try {
        await signByAgent(one, options());
        show({ documents: [{ record: one.record, status: "signed", error: null }] });
      } catch (error) {
        // what the service refuses concerns this document; what the application says concerns all that follow
        if (!(error instanceof Refused) || error.status === 401) throw error;
        show({ documents: [{ record: one.record, status: "failed", error: { vi: error.vi, en: error.en } }] });
      }
    }
  }

  const WAYS = { account: byAccount, file: byFile, agent: byAgent };

  function wordsOf(error) {
    if (error instanceof Stop) return error.message;
    if (error instanceof KeyProblem) return texts[error.code.replaceAll("-", "_")] ?? texts.key_failed;
    if (error instanceof Refused) return error[language] || error.detail || error.code;
    if (error instanceof Lost) return texts.lost;
    if (error instanceof AgentProblem) {
      const said = error.said ? `${error.said}.`.replace(/\.\.$/, ".") : texts.agent_no_message;
      return fill(texts[error.code.replaceAll("-", "_")], { status: error.status, message: said });
    }
    console.error(error);
    return texts.key_failed;
  }

  const FIELDS = { "wrong-passphrase": "passphrase", "no-file": "file", "not-a-key-file": "file" };

  form.addEventListener("submit", async (event) => {
    if (native && kind() === "account" && !options().seal) return;
    event.preventDefault();
    const records = left();
    if (busy) return;
    if (!records.length) return wrong(texts.none);
    const consent = form.elements.consent;
    if (consent && !consent.checked) return wrong(texts.consent_missing, consent);
    const button = form.querySelector("button:not([type])");
    wrong("");
    button.disabled = true;
    let problem = "";
    try {
      await WAYS[kind()](records);
    } catch (error) {
      problem = wordsOf(error);
      if (!busy) wrong(problem, form.elements[FIELDS[error.code]]);
    } finally {
      button.disabled = false;
      if (consent) consent.checked = false;
      if (busy) ended(problem);
    }
  });
  form.addEventListener("change", () => { showKind(); wrong(""); });

  // a page that the browser keeps for going back holds no passphrase
  addEventListener("pagehide", () => { form.elements.passphrase.value = ""; form.elements.file.value = ""; });
  addEventListener("beforeunload", (event) => { if (busy && kind() !== "account") event.preventDefault(); });

  // ---- where an earlier visit left off ----
  async function takeUp(id) {
    const batch = await read(id).catch(() => null);
    if (!batch) { sessionStorage.removeItem(kept); run = null; return; }
    run ??= { kind: null, batch: id, documents: batch.documents };
    started();
    try {
      await follow(batch, show);
      ended();
    } catch (error) {
      ended(wordsOf(error));
    }
  }

  async function takeUpAgent() {
    for (const one of left()) {
      const now = await call("GET", `/api/v1/records/${one.record}`).catch(() => null);
      if (now?.status === "signed") one.status = "signed";
    }
    started();
    ended();
  }

  for (const each of root.querySelectorAll(".with-script")) each.hidden = false;
  showKind();
  count();
  if (run?.batch || unfinished) takeUp(run?.batch || unfinished);
  else if (run) takeUpAgent();
  return { count };
}
