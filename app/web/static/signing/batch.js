// The service's side of signing many documents: a batch is begun, prepared, given values, and followed to its end.

const csrf = document.querySelector('meta[name="csrf"]').content;
const PATIENCE = [500, 1500, 4000]; // before a lost connection is called lost
const VALUES_AT_ONCE = 10;
const SEALS_SILENT = 8000; // seals follow within a second each; one that fails is tried again by the worker, much later

// An answer that says no: `vi` and `en` are for people.
export class Refused extends Error {
  constructor(status, problem) { super(problem.code); Object.assign(this, { status, vi: "", en: "", code: "" }, problem); }
}
export class Lost extends Error {}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export async function call(method, address, body, { again = method === "GET" } = {}) {
  for (const wait of again ? [...PATIENCE, 0] : [0]) {
    const answer = await fetch(address, {
      method, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: body && JSON.stringify(body),
    }).catch(() => null);
    if (answer?.ok) return answer.json();
    if (answer && answer.status < 500) throw new Refused(answer.status, await answer.json().catch(() => ({})));
    if (!wait) break;
    await pause(wait);
  }
  throw new Lost();
}

const base64 = (bytes) => btoa(Array.from(bytes, (octet) => String.fromCharCode(octet)).join(""));
const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const address = (id) => `/api/v1/signing-batches/${id}`;

export const read = (id) => call("GET", address(id));
// `secret`: { passphrase, one_time_password }, each null where there is none
export const resume = (id, secret) => call("POST", `${address(id)}/resume`, secret);

// Where the holder of a remote key goes to sign in, or to give leave.
export function leavePage(id) {
  const place = location.pathname.startsWith("/records/") ? "record" : "list";
  return call("POST", `${address(id)}/leave-page`, { language: document.documentElement.lang, place });
}

export const leave = (id) => call("DELETE", address(id));

export function begin(records, key, { reason, seal, role, mark }) {
  const documents = records.map(({ record, version, place, reading_code }) => ({
    id: record, version, place: place ?? {}, reading_code: reading_code ?? null,
  }));
  return call("POST", "/api/v1/signing-batches", { records: documents, reason, seal, role, mark, key });
}

export const accountKey = (secret) => ({ kind: "account", ...secret });
export const outsideKey = ({ certificates, scheme, digest }) => ({
  kind: "outside", certificates: certificates.map(base64), scheme, digest,
});
export const nameOf = (key) => base64(key.certificates[0]);

// Follows a batch until nothing is left to do; `show` is told of every step. With a key it signs what is prepared.
export async function follow(batch, show, key = null) {
  const signed = new Set();
  const news = watched(batch.id);
  let unsealed = Infinity, moved = Date.now();
  try {
    for (let now = batch; ; now = await read(batch.id)) {
      show(now);
      const ready = now.documents.filter((one) => one.status === "prepared" && one.to_be_signed && !signed.has(one.record));
      if (key && ready.length) {
        show(await give(now.id, ready.slice(0, VALUES_AT_ONCE), key));
        for (const one of ready.slice(0, VALUES_AT_ONCE)) signed.add(one.record);
      } else if (now.status === "done") {
        const left = now.documents.filter((one) => one.seal === "awaiting").length;
        if (left < unsealed) { unsealed = left; moved = Date.now(); }
        if (!left || Date.now() - moved > SEALS_SILENT) return now;
        await news.next(500);
      } else if (now.interrupted || (!key && now.status === "awaiting-values")) {
        return now;
      } else {
        await news.next(1000);
      }
    }
  } finally {
    news.close();
  }
}

// a value that comes twice is the same value, so that this may be repeated
async function give(id, documents, key) {
  const values = [];
  for (const { record, to_be_signed } of documents) {
    values.push({ record, value: base64(await key.sign(bytesOf(to_be_signed))) });
  }
  return call("POST", `${address(id)}/values`, { values }, { again: true });
}

// Resolves with the next event, or after that many milliseconds: what the event holds is read anew anyhow.
function watched(id) {
  const source = new EventSource(`${address(id)}/events`);
  let heard = () => {};
  for (const kind of ["message", "batch"]) source.addEventListener(kind, () => heard());
  return {
    next: (milliseconds) => new Promise((done) => { heard = done; setTimeout(done, milliseconds); }),
    close: () => source.close(),
  };
}
