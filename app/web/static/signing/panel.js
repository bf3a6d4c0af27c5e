// The part of a page where an official chooses a key and signs: many records of the inbox, or the one of its page.
import { AgentProblem } from "./agent.js";
import { Lost, Refused } from "./batch.js";
import { KeyProblem, openKeyFile } from "./key-file.js";
import { Outcome, fill } from "./outcome.js";
import { Run } from "./run.js";

const language = document.documentElement.lang;
const FIELDS = { "no-passphrase": "passphrase", "wrong-passphrase": "passphrase", "no-file": "file", "not-a-key-file": "file" };
// what the holder of a remote key does on the page of its provider (signing/keys/csc_refusals.py)
const VISITS = ["csc-leave", "csc-sign-in", "csc-leave-refused"];
const day = (iso) => new Date(iso).toLocaleDateString("vi-VN");

// What the person has to mend before anything can begin, in words of the page.
class Mend extends Error {
  constructor(words, field) { super(words); this.field = field; }
}

export class Panel {
  #form;
  #outcome;
  #texts;
  #run = new Run(() => { this.#outcome.show(this.#run.documents); this.#page.told(this.#run.documents); });
  #page;
  #busy = false;

  // `root` holds the form and the outcome; `page.chosen()` gives [{record, version, name}]; `page.told(documents)` hears
  // of every step, `page.finished(documents)` when none is left; `page.settled()` waits until what is shown is what would
  // be signed, and gives words where it cannot be, or { words, field }; `page.marks` says in which role, and what is shown;
  // `page.unfinished`: a batch that the service knows to be left over.
  constructor(root, texts, page) {
    this.#form = root.querySelector("form");
    this.#texts = texts;
    this.#page = { told: () => {}, leaves: () => {}, finished: () => {}, settled: async () => "", unfinished: "", ...page };
    this.#outcome = new Outcome(root.querySelector(".outcome"), texts, {
      onRest: () => this.#askAgain(), onLeave: () => this.#leave(), onVisit: () => this.#visit(),
    });
    this.#listen();
    for (const each of root.querySelectorAll(".with-script")) each.hidden = false;
    this.#fields.passphrase.disabled = false; // from here on only the account's own goes out
    this.#showKind();
    this.count();
    this.#takeUp();
  }

  #listen() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#busy) this.#submit();
    });
    this.#form.addEventListener("change", ({ target }) => {
      if (target.name === "seal") { // the sentence says something else now
        if (this.#fields.consent) this.#fields.consent.checked = false;
        this.count();
      }
      if (target.name !== "key") return; // what moves while a button is being pressed is not pressed
      this.#showKind();
      this.#wrong("");
    });
    // a page that the browser keeps for going back holds nothing secret
    addEventListener("pagehide", () => { for (const name of ["passphrase", "one_time_password", "file"]) this.#taken(name); });
    addEventListener("beforeunload", (event) => { if (this.#busy && this.#kind !== "account") event.preventDefault(); });
  }

  // ---- the form ----
  get #fields() { return this.#form.elements; }
  get #kind() { return this.#fields.key.value; }
  get #options() {
    const { role, mark } = this.#page.marks;
    return { reason: this.#fields.reason?.value ?? "", seal: this.#fields.seal?.checked ?? false, role, mark };
  }
  get #button() { return this.#form.querySelector("button:not([type])"); }
  get #records() { return this.#run.begun ? this.#run.left : this.#page.chosen(); }

  #showKind() {
    for (const each of this.#form.querySelectorAll("[data-for]")) {
      each.hidden = !each.dataset.for.split(" ").includes(this.#kind);
    }
  }

  #wrong(words, field) {
    const said = this.#form.querySelector(".wrong");
    said.querySelector("span").textContent = words;
    said.className = words ? "message bad wrong" : "wrong";
    said.hidden = !words;
    const closed = field?.closest("details");
    if (closed) closed.open = true;
    field?.focus();
    if (words) said.scrollIntoView({ block: "nearest" }); // what the focus scrolled to may leave it out of sight
  }

  #taken(name) { // what is secret stays in its field no longer than it must
    const field = this.#fields[name];
    if (!field) return "";
    const { value } = field;
    field.value = "";
    return value;
  }

  // Say of how many documents the consent and the button speak, and whether they are sealed.
  count() {
    const consent = this.#form.querySelector(".consent");
    if (!consent) return;
    const [count, texts] = [this.#records.length, this.#texts];
    consent.hidden = !count;
    consent.querySelector(".wording").textContent = fill(this.#sentence(count), { count });
    const words = this.#run.begun ? fill(texts.rest, { left: count }) : fill(texts.sign, { count });
    this.#button.querySelector(".wording").textContent = count === 0 ? texts.title : count === 1 && !this.#run.begun ? texts.sign_one : words;
  }

  #sentence(count) {
    const sealed = this.#fields.seal?.checked ? "consent_sealed" : "consent";
    return this.#texts[count === 1 ? `${sealed}_one` : sealed];
  }

  // ---- signing ----
  async #submit() {
    this.#wrong("");
    this.#button.disabled = true;
    let problem = "", visit = false;
    try {
      const obstacle = this.#run.begun ? "" : await this.#page.settled();
      if (obstacle) throw new Mend(obstacle.words ?? obstacle, obstacle.field);
      await this.#sign(this.#consented());
    } catch (error) {
      problem = this.#wordsOf(error);
      visit = VISITS.includes(error.code);
      if (!this.#busy) this.#wrong(problem, error.field ?? this.#fields[FIELDS[error.code]]);
    } finally {
      this.#button.disabled = false;
      if (this.#busy) this.#ended(problem, visit);
      if (visit) await this.#visit(); // who has just consented meant to; who comes back is asked
    }
  }

  #consented() {
    const [records, consent] = [this.#records, this.#fields.consent];
    if (!records.length) throw new Mend(this.#texts.none);
    if (consent && !consent.checked) throw new Mend(this.#texts.consent_missing, consent);
    return records;
  }

  async #sign(records) {
    const started = () => this.#started();
    if (this.#kind === "account") {
      const secret = { passphrase: this.#taken("passphrase") || null, one_time_password: this.#taken("one_time_password") || null };
      return this.#run.byAccount(records, secret, this.#options, started);
    }
    if (this.#kind === "agent") {
      const waits = (one) => this.#outcome.say(fill(this.#texts.agent_waits, one));
      return this.#run.byAgent(records, this.#options, waits, started);
    }
    const key = await this.#openedKey();
    try {
      const holder = fill(this.#texts.key_of, { ...key, until: day(key.until) });
      return await this.#run.byFile(records, key, this.#options, () => { started(); this.#outcome.holder(holder); });
    } finally {
      key.close();
      this.#taken("file");
    }
  }

  async #openedKey() {
    const file = this.#fields.file.files[0];
    if (!file) throw new KeyProblem("no-file");
    const passphrase = this.#taken("passphrase");
    const key = await openKeyFile(await file.arrayBuffer(), passphrase).catch((error) => {
      throw error.code === "wrong-passphrase" && !passphrase ? new KeyProblem("no-passphrase") : error;
    });
    const now = new Date().toISOString();
    if (now >= key.from && now <= key.until) return key;
    key.close();
    throw new Mend(fill(this.#texts.expired, { from: day(key.from), until: day(key.until) }), this.#fields.file);
  }

  #started() {
    this.#busy = true;
    this.#form.hidden = true;
    if (this.#fields.consent) this.#fields.consent.checked = false;
    this.#outcome.begin(this.#kind === "account" ? this.#texts.running_account : this.#texts.running);
    this.#outcome.show(this.#run.documents);
  }

  #ended(problem = "", visit = false) {
    this.#busy = false;
    const left = this.#run.left.length;
    if (left) { this.#outcome.stopped(problem, left, visit); return; }
    this.#run.forget();
    this.#outcome.done(this.#run.documents);
    this.#page.finished(this.#run.documents);
  }

  #wordsOf(error) {
    const texts = this.#texts;
    if (error instanceof Mend) return error.message;
    if (error instanceof KeyProblem) return texts[error.code.replaceAll("-", "_")] ?? texts.key_failed;
    if (error instanceof Refused) return error[language] || error.detail || error.code;
    if (error instanceof Lost) return texts.lost;
    if (error instanceof AgentProblem) {
      const message = error.said ? `${error.said}.`.replace(/\.\.$/, ".") : texts.agent_no_message;
      return fill(texts[error.code.replaceAll("-", "_")], { status: error.status, message });
    }
    console.error(error);
    return texts.key_failed;
  }

  // ---- going on ----
  #askAgain() {
    this.#form.hidden = false;
    const { sealed } = this.#run;
    if (this.#fields.seal) this.#fields.seal.checked = sealed ?? this.#fields.seal.checked;
    this.count();
    this.#form.scrollIntoView({ block: "nearest" });
    [...this.#fields.key].find((one) => one.checked)?.focus();
  }

  async #visit() {
    try {
      await this.#run.visit();
    } catch (error) {
      this.#outcome.say(this.#wordsOf(error), "bad");
    }
  }

  async #leave() {
    const failed = this.#run.left.length ? [] : this.#run.documents.filter(({ status }) => status === "failed");
    try {
      await this.#run.abandon();
    } catch (error) {
      this.#outcome.say(this.#wordsOf(error), "bad");
      return;
    }
    this.#page.leaves(failed);
    location.assign(location.pathname);
  }

  async #takeUp() {
    const { unfinished } = this.#page;
    const id = this.#run.begun ? this.#run.batch : unfinished;
    if (!id && !this.#run.begun) return;
    const started = () => this.#started();
    try {
      if (!id) await this.#run.takeUpAgent(started);
      else if (!(await this.#run.takeUp(id, started))) return;
      this.#ended();
    } catch (error) {
      if (!this.#run.begun) { this.#wrong(this.#wordsOf(error)); return; }
      if (!this.#busy) this.#started();
      this.#ended(this.#wordsOf(error), VISITS.includes(error.code));
    }
  }
}
