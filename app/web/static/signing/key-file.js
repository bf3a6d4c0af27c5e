// A key file (PKCS#12) that signs in this browser: neither it nor its passphrase leaves this page. The key lives in a
// worker of its own, which can reach no address, and is gone with the page.

export class KeyProblem extends Error {
  constructor(code) { super(code); this.code = code; }
}

// Gives { certificates, scheme, digest, holder, organisation, from, until, sign(data), close() }: certificates in DER,
// the signer's first; `sign` takes bytes and gives the value as CMS has it. Fails with KeyProblem: wrong-passphrase,
// not-a-key-file, unknown-cipher, no-private-key, unfit-key, unfit-curve, insecure, key-failed.
export async function openKeyFile(bytes, passphrase) {
  // only pages that came over HTTPS, or from this very machine, have WebCrypto
  if (!isSecureContext || !crypto.subtle) throw new KeyProblem("insecure");
  const worker = new Worker(new URL("key-worker.js", import.meta.url));
  const ask = asking(worker);
  const close = () => { removeEventListener("pagehide", close); worker.terminate(); };
  addEventListener("pagehide", close);
  try {
    const file = bytes.slice(0);
    const key = await ask("open", { file, passphrase }, [file]);
    return { ...key, sign: async (data) => (await ask("sign", { data })).value, close };
  } catch (error) {
    close();
    throw error;
  }
}

function asking(worker) {
  const waiting = new Map();
  let count = 0;
  const fail = (code) => {
    for (const { bad } of waiting.values()) bad(new KeyProblem(code));
    waiting.clear();
  };
  worker.onmessage = ({ data: { number, result, error } }) => {
    const { good, bad } = waiting.get(number);
    waiting.delete(number);
    if (error) bad(new KeyProblem(error)); else good(result);
  };
  worker.onerror = (event) => { event.preventDefault(); fail("key-failed"); };
  return (order, given, moved = []) => new Promise((good, bad) => {
    count += 1;
    waiting.set(count, { good, bad });
    worker.postMessage({ number: count, order, given }, moved);
  });
}
