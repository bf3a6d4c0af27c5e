// What is to be signed at once, and how each kind of key does it. A run outlives a reload: which documents, where they
// stand, and of which batch; never a key, a file or a passphrase.
import { isSigned, signByAgent } from "./agent.js";
import { Refused, accountKey, begin, call, follow, leave, leavePage, nameOf, outsideKey, read, resume } from "./batch.js";

// the next person in this tab sees nothing of it
const username = document.querySelector('meta[name="username"]').content;

// a connection that is lost says nothing of the batch
function unlessGone(error) {
  if (error instanceof Refused && error.status === 404) return null;
  throw error;
}

export class Run {
  #kept = `signing:${username}:${location.pathname}`;
  #state = JSON.parse(sessionStorage.getItem(this.#kept) || "null");
  #told;

  // `told()` is called whenever a document has moved on
  constructor(told) { this.#told = told; }

  get begun() { return this.#state !== null; }
  get batch() { return this.#state?.batch; }
  get sealed() { return this.#state?.sealed; } // whether the seal follows, where that is settled
  get documents() { return this.#state?.documents ?? []; }
  get left() { return this.documents.filter((one) => one.status !== "signed" && one.status !== "failed"); }

  start(records, more) {
    const others = this.documents.filter((one) => !records.some(({ record }) => record === one.record));
    this.#state = { documents: [...others, ...records.map((one) => ({ status: "waiting", ...one }))], ...more };
    this.#keep();
  }

  // The rest stays unsigned, and the service keeps nothing of it. Fails with Refused or Lost where the service did not
  // take that: the run is still there.
  async abandon() {
    if (this.batch && this.left.length) await leave(this.batch).catch(unlessGone);
    this.forget();
  }

  // The page of the key's provider, where its holder signs in or gives leave; the batch goes on after the return, or at
  // once where no page is needed now.
  async visit() {
    const { address } = await leavePage(this.batch);
    if (address) location.assign(address); else location.reload();
  }

  forget() { sessionStorage.removeItem(this.#kept); }

  #keep() {
    const documents = this.documents.map(
      ({ record, version, name, status, error, seal, place, reading_code }) => (
        { record, version, name, status, error, seal, place, reading_code }
      ),
    );
    sessionStorage.setItem(this.#kept, JSON.stringify({ ...this.#state, documents }));
  }

  // the batch knows files by their names, the person documents by what they say
  #move = ({ documents }) => {
    this.#state.documents = this.documents.map((old) => {
      const { name, ...news } = documents.find((one) => one.record === old.record) ?? {};
      return { ...old, ...news };
    });
    this.#keep();
    this.#told();
  };

  #one(record, status, error = null) { this.#move({ documents: [{ record, status, error }] }); }

  // why a batch was left, where its key is the cause
  #heed({ status, error }) { if (error && status !== "done") throw new Refused(422, error); }

  // ---- the three keys; `started()` is called once the service has taken the order ----
  async byAccount(records, secret, options, started) {
    const goesOn = this.batch && this.#state.kind === "account";
    const batch = goesOn ? await resume(this.batch, secret) : await begin(records, accountKey(secret), options);
    if (!goesOn) this.start(records, { kind: "account", batch: batch.id, sealed: batch.seal });
    started();
    this.#heed(await follow(batch, this.#move));
  }

  async byFile(records, key, options, started) {
    const goesOn = this.batch && this.#state.certificate === nameOf(key);
    const batch = goesOn ? await read(this.batch) : await begin(records, outsideKey(key), options);
    if (!goesOn) this.start(records, { kind: "file", batch: batch.id, sealed: batch.seal, certificate: nameOf(key) });
    started();
    this.#heed(await follow(batch, this.#move, key));
  }

  async byAgent(records, options, waits, started) {
    this.start(records, { kind: "agent", role: options.role });
    started();
    for (const one of records) {
      waits(one);
      this.#one(one.record, "prepared");
      try {
        await signByAgent(one, options);
        this.#one(one.record, "signed");
      } catch (error) {
        // what the service refuses concerns this document; what the application says concerns all that follow
        const alone = error instanceof Refused && error.status !== 401;
        this.#one(one.record, alone ? "failed" : "waiting", alone ? { vi: error.vi, en: error.en } : null);
        if (!alone) throw error;
      }
    }
  }

  // ---- where an earlier visit left off; false where there is nothing any more ----
  async takeUp(id, started) {
    const batch = await read(id).catch(unlessGone);
    if (!batch) { this.forget(); this.#state = null; return false; }
    this.#state ??= { kind: batch.kind, batch: id, documents: batch.documents };
    this.#state.sealed = batch.seal;
    started();
    this.#heed(await follow(batch, this.#move));
    return true;
  }

  async takeUpAgent(started) {
    for (const one of this.left) {
      const now = await call("GET", `/api/v1/records/${one.record}`).catch(() => null);
      if (now && isSigned(now, this.#state.role)) one.status = "signed";
    }
    this.#keep();
    started();
  }
}
