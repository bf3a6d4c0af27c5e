// Holds the key of one key file, and signs. It is sent the file and the passphrase, and answers with certificates and
// signature values, never with anything else; its content policy lets it reach no address at all (app/web/pages.py).
"use strict";

self.window = self; // what forge takes for its place
importScripts("../forge/forge.min.js", "pkcs12.js");

const { asn1 } = forge;
const { KeyFileError, parsed, oid, der, bytesOf } = pkcs12;
const RSA = "1.2.840.113549.1.1.1";
const PSS = "1.2.840.113549.1.1.10";
const EC = "1.2.840.10045.2.1";
const CURVES = { "1.2.840.10045.3.1.7": ["P-256", 256], "1.3.132.0.34": ["P-384", 384], "1.3.132.0.35": ["P-521", 512] };
const DIGESTS = {
  "2.16.840.1.101.3.4.2.1": 256, "2.16.840.1.101.3.4.2.2": 384, "2.16.840.1.101.3.4.2.3": 512,
};
const LEAST_RSA_BITS = 2048; // Circular 15/2025/TT-BKHCN, Annex I

let signer = null;

// ---- keys ----
// How a key signs: its names in WebCrypto and in the service. On a curve the digest is as strong as the curve.
function mechanismOf(algorithm) {
  const name = oid(algorithm.value[0]);
  if (name === RSA) return mechanism("rsassa_pkcs1v15", "RSASSA-PKCS1-v1_5", 256);
  if (name === PSS) return mechanism("rsassa_pss", "RSA-PSS", limitOf(algorithm.value[1]));
  const curve = name === EC && algorithm.value[1].type === asn1.Type.OID ? CURVES[oid(algorithm.value[1])] : null;
  if (!curve) throw new KeyFileError(name === EC ? "unfit-curve" : "unfit-key");
  return mechanism("ecdsa", "ECDSA", curve[1], curve[0]);
}

// A key for PSS alone may name the digest of its values and of their mask, and the shortest salt (RFC 4055, 3.1 and 3.3;
// what is left out is SHA-1 and 20). WebCrypto takes one digest for both, and our salt is as long as it.
function limitOf(parameters) {
  if (!parameters || parameters.type === asn1.Type.NULL) return 256;
  const [digest, mask, salt] = [0, 1, 2].map((number) => parameters.value.find((part) => part.type === number)?.value[0]);
  const bits = digest && DIGESTS[oid(digest.value[0])];
  const same = bits && mask && DIGESTS[oid(mask.value[1].value[0])] === bits;
  if (!same || (salt && 8 * asn1.derToInteger(salt.value) > bits)) throw new KeyFileError("unfit-key");
  return bits;
}

// Programs write a key for PSS alone as any other RSA key; then its certificate says it, and its limits.
function stricter(algorithm, certified) {
  const rsa = [RSA, PSS].includes(oid(algorithm.value[0])) && oid(certified.value[0]) === PSS;
  return rsa && (certified.value[1] || oid(algorithm.value[0]) === RSA) ? certified : algorithm;
}

function mechanism(scheme, name, bits, namedCurve) {
  const hash = `SHA-${bits}`;
  const imported = namedCurve ? { name, namedCurve } : { name, hash };
  return { scheme, digest: `sha${bits}`, imported, used: { name, hash, saltLength: bits / 8 } };
}

async function privateKey(binary, certificate) {
  const info = parsed(binary);
  const chosen = mechanismOf(stricter(info.value[1], publicKeyOf(certificate).value[0]));
  // browsers take an RSA key that is meant for PSS alone only under the general name
  if (chosen.scheme === "rsassa_pss") info.value[1] = generalRsa();
  const encoded = bytesOf(chosen.scheme === "rsassa_pss" ? der(info) : binary);
  let key;
  try {
    key = await crypto.subtle.importKey("pkcs8", encoded, chosen.imported, false, ["sign"]);
  } catch {
    throw new KeyFileError(chosen.scheme === "ecdsa" ? "unfit-curve" : "unfit-key");
  } finally {
    encoded.fill(0);
  }
  if ((key.algorithm.modulusLength ?? LEAST_RSA_BITS) < LEAST_RSA_BITS) throw new KeyFileError("unfit-key");
  return { ...chosen, key };
}

const generalRsa = () => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(RSA).getBytes()),
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, ""),
]);

// ---- certificates ----
// version (optional), serial, algorithm, issuer, validity, subject, public key: RFC 5280, 4.1
function fieldsOf(certificate) {
  const fields = parsed(certificate).value[0].value;
  return fields[0].tagClass === asn1.Class.CONTEXT_SPECIFIC ? fields.slice(1) : fields;
}

const publicKeyOf = (certificate) => fieldsOf(certificate)[5];

async function belongs(certificate, held) {
  const publicKey = publicKeyOf(certificate);
  if (held.scheme === "rsassa_pss") publicKey.value[0] = generalRsa();
  const probe = crypto.getRandomValues(new Uint8Array(32));
  try {
    const key = await crypto.subtle.importKey("spki", bytesOf(der(publicKey)), held.imported, false, ["verify"]);
    const value = await crypto.subtle.sign(held.used, held.key, probe);
    return await crypto.subtle.verify(held.used, key, value, probe);
  } catch {
    return false; // a certificate for a key of another kind
  }
}

function words(node) {
  if (node.type === asn1.Type.BMPSTRING) return node.value;
  const utf8 = node.type === asn1.Type.UTF8;
  return new TextDecoder(utf8 ? "utf-8" : "latin1").decode(bytesOf(node.value));
}

function nameParts(name) {
  const parts = {};
  for (const set of name.value) for (const pair of set.value) parts[oid(pair.value[0])] = words(pair.value[1]);
  return parts;
}

function moment(node) {
  const read = node.type === asn1.Type.UTCTIME ? asn1.utcTimeToDate : asn1.generalizedTimeToDate;
  return read(node.value).toISOString();
}

function described(certificate) {
  const [, , , validity, subject] = fieldsOf(certificate);
  const parts = nameParts(subject);
  return {
    holder: parts["2.5.4.3"] ?? "", organisation: parts["2.5.4.10"] ?? "",
    from: moment(validity.value[0]), until: moment(validity.value[1]),
  };
}

// ---- orders ----
async function open({ file, passphrase }) {
  let found;
  try {
    found = await pkcs12.open(file, passphrase);
  } catch (error) {
    throw error instanceof KeyFileError ? error : new KeyFileError("not-a-key-file");
  } finally {
    new Uint8Array(file).fill(0);
  }
  if (!found.keys.length) throw new KeyFileError("no-private-key");
  let reason = null;
  for (const binary of found.keys) {
    for (const own of found.certificates) {
      const held = await privateKey(binary, own).catch((error) => { reason ??= error; return null; });
      if (!held || !(await belongs(own, held))) continue;
      signer = { ...held, certificates: [own, ...found.certificates.filter((other) => other !== own)] };
      return answerOf();
    }
  }
  throw reason ?? new KeyFileError("no-private-key");
}

const answerOf = () => ({
  scheme: signer.scheme, digest: signer.digest, ...described(signer.certificates[0]),
  certificates: signer.certificates.map(bytesOf),
});

async function sign({ data }) {
  const value = new Uint8Array(await crypto.subtle.sign(signer.used, signer.key, data));
  return { value: signer.scheme === "ecdsa" ? derOfPair(value) : value };
}

// WebCrypto gives r and s side by side (IEEE P1363); CMS wants SEQUENCE { r INTEGER, s INTEGER } (RFC 3279, 2.2.3)
function derOfPair(pair) {
  const half = pair.length / 2;
  const integer = (octets) => {
    let from = 0;
    while (from < octets.length - 1 && octets[from] === 0) from += 1;
    const short = [...octets.subarray(from)];
    const positive = short[0] > 127 ? [0, ...short] : short;
    return [2, positive.length, ...positive];
  };
  const both = [...integer(pair.subarray(0, half)), ...integer(pair.subarray(half))];
  return Uint8Array.from([48, ...(both.length > 127 ? [129] : []), both.length, ...both]);
}

const ORDERS = { open, sign };
onmessage = async ({ data: { number, order, given } }) => {
  try {
    postMessage({ number, result: await ORDERS[order](given) });
  } catch (error) {
    postMessage({ number, error: error.code ?? "key-failed" });
  }
};
