// What is in a key file (PKCS#12, RFC 7292). Runs in the key worker alone. forge reads the ASN.1 and opens the old
// ciphers (3DES, RC2), which WebCrypto does not know; all else is WebCrypto's.
"use strict";

self.pkcs12 = (() => {
  const { asn1, util } = forge;
  const OID = {
    data: "1.2.840.113549.1.7.1", encryptedData: "1.2.840.113549.1.7.6",
    keyBag: "1.2.840.113549.1.12.10.1.1", shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
    certBag: "1.2.840.113549.1.12.10.1.3", nested: "1.2.840.113549.1.12.10.1.6",
    x509: "1.2.840.113549.1.9.22.1",
    pbes2: "1.2.840.113549.1.5.13", pbkdf2: "1.2.840.113549.1.5.12", pbmac1: "1.2.840.113549.1.5.14",
    tripleDes: "1.2.840.113549.3.7",
  };
  const HASHES = {
    "1.3.14.3.2.26": "SHA-1", "2.16.840.1.101.3.4.2.1": "SHA-256",
    "2.16.840.1.101.3.4.2.2": "SHA-384", "2.16.840.1.101.3.4.2.3": "SHA-512",
  };
  const HMACS = {
    "1.2.840.113549.2.7": "SHA-1", "1.2.840.113549.2.9": "SHA-256",
    "1.2.840.113549.2.10": "SHA-384", "1.2.840.113549.2.11": "SHA-512",
  };
  const AES = { "2.16.840.1.101.3.4.1.2": 128, "2.16.840.1.101.3.4.1.22": 192, "2.16.840.1.101.3.4.1.42": 256 };
  const rc2 = (bits) => (key, iv) => {
    const cipher = forge.rc2.createDecryptionCipher(key, bits);
    cipher.start(iv, null);
    return cipher;
  };
  const des3 = (key, iv) => forge.des.startDecrypting(key, iv, null);
  // RFC 7292 appendix C: octets of the key, and how it opens
  const OLD = {
    "1.2.840.113549.1.12.1.3": [24, des3],
    "1.2.840.113549.1.12.1.4": [16, (key, iv) => des3(util.createBuffer(key.bytes() + key.bytes(8)), iv)],
    "1.2.840.113549.1.12.1.5": [16, rc2(128)],
    "1.2.840.113549.1.12.1.6": [5, rc2(40)],
  };
  // more than any program writes; a made-up number would keep the page busy for hours
  const MOST_ITERATIONS = 10_000_000;

  class KeyFileError extends Error {
    constructor(code) { super(code); this.code = code; }
  }
  const damaged = () => new KeyFileError("not-a-key-file");
  const strange = () => new KeyFileError("unknown-cipher");

  const parsed = (binary) => asn1.fromDer(binary, { strict: true, parseAllBytes: false, decodeBitStrings: false });
  const oid = (node) => asn1.derToOid(node.value);
  // BER divides long octet strings into several
  const octets = (node) => (Array.isArray(node.value) ? node.value.map(octets).join("") : node.value);
  const bytesOf = (binary) => Uint8Array.from(binary, (c) => c.charCodeAt(0));
  const der = (node) => asn1.toDer(node).getBytes();

  function iterationsOf(node) {
    const count = [...node.value].reduce((sum, c) => sum * 256 + c.charCodeAt(0), 0);
    if (count < 1 || count > MOST_ITERATIONS) throw damaged();
    return count;
  }

  // ---- keys that are made of the passphrase ----
  function oldKey(passphrase, salt, purpose, iterations, length, hash) {
    const digest = forge.md[hash.replace("-", "").toLowerCase()].create();
    return forge.pki.pbe.generatePkcs12Key(passphrase, util.createBuffer(salt), purpose, iterations, length, digest);
  }

  async function pbkdf2(passphrase, parameters, bits) {
    const [salt, iterations, ...rest] = parameters.value;
    const prf = rest.find((node) => Array.isArray(node.value));
    const hash = prf ? HMACS[oid(prf.value[0])] : "SHA-1";
    if (!hash || Array.isArray(salt.value)) throw strange();
    const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, ["deriveBits"]);
    const derived = { name: "PBKDF2", hash, salt: bytesOf(salt.value), iterations: iterationsOf(iterations) };
    return crypto.subtle.deriveBits(derived, material, bits);
  }

  // one wrong passphrase in 256 gives padding that looks right, and a file without a seal tells it by nothing else
  async function decrypted(algorithm, data, passphrase) {
    const plain = await deciphered(algorithm, data, passphrase);
    try {
      parsed(plain);
    } catch {
      throw new KeyFileError("wrong-passphrase");
    }
    return plain;
  }

  async function deciphered(algorithm, data, passphrase) {
    const [name, parameters] = [oid(algorithm.value[0]), algorithm.value[1]];
    if (name === OID.pbes2) return openedNew(parameters, data, passphrase);
    if (!OLD[name]) throw strange();
    const [length, cipherOf] = OLD[name];
    const [salt, iterations] = [parameters.value[0].value, iterationsOf(parameters.value[1])];
    const made = (purpose, octetsOfKey) => oldKey(passphrase, salt, purpose, iterations, octetsOfKey, "SHA-1");
    return openedOld(cipherOf(made(1, length), made(2, 8)), data);
  }

  function openedOld(cipher, data) {
    cipher.update(util.createBuffer(data));
    if (!cipher.finish()) throw new KeyFileError("wrong-passphrase");
    return cipher.output.getBytes();
  }

  async function openedNew(parameters, data, passphrase) { // PBES2, RFC 8018
    const [derivation, cipher] = parameters.value;
    if (oid(derivation.value[0]) !== OID.pbkdf2) throw strange();
    const [name, iv] = [oid(cipher.value[0]), cipher.value[1]?.value];
    if (name === OID.tripleDes) {
      const key = await pbkdf2(passphrase, derivation.value[1], 192);
      return openedOld(des3(util.createBuffer(key), util.createBuffer(iv)), data);
    }
    if (!AES[name]) throw strange();
    const raw = await pbkdf2(passphrase, derivation.value[1], AES[name]);
    const key = await crypto.subtle.importKey("raw", raw, "AES-CBC", false, ["decrypt"]);
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-CBC", iv: bytesOf(iv) }, key, bytesOf(data));
      return util.createBuffer(plain).getBytes();
    } catch {
      throw new KeyFileError("wrong-passphrase");
    }
  }

  // ---- the seal of the whole file, by which a wrong passphrase is told from a damaged file ----
  async function sealed(mac, content, passphrase) {
    const [digestInfo, salt, iterations] = mac.value;
    const [algorithm, expected] = digestInfo.value;
    const name = oid(algorithm.value[0]);
    const key = name === OID.pbmac1
      ? await newMacKey(algorithm.value[1], passphrase)
      : oldMacKey(HASHES[name], passphrase, salt.value, iterations ? iterationsOf(iterations) : 1);
    return crypto.subtle.verify("HMAC", await key, bytesOf(expected.value), bytesOf(content));
  }

  const hmacKey = (raw, hash) => crypto.subtle.importKey("raw", raw, { name: "HMAC", hash }, false, ["verify"]);

  function oldMacKey(hash, passphrase, salt, iterations) {
    if (!hash) throw strange();
    const length = { "SHA-1": 20, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 }[hash];
    return hmacKey(bytesOf(oldKey(passphrase, salt, 3, iterations, length, hash).getBytes()), hash);
  }

  async function newMacKey(parameters, passphrase) { // RFC 9579
    const [derivation, scheme] = parameters.value;
    const hash = HMACS[oid(scheme.value[0])];
    const length = derivation.value[1]?.value[2];
    if (!hash || oid(derivation.value[0]) !== OID.pbkdf2 || !length || Array.isArray(length.value)) throw strange();
    return hmacKey(await pbkdf2(passphrase, derivation.value[1], iterationsOf(length) * 8), hash);
  }

  // ---- what is in it ----
  async function open(file, passphrase) {
    let parts;
    try {
      const [, authenticated, mac] = parsed(util.createBuffer(file)).value;
      if (oid(authenticated.value[0]) !== OID.data) throw damaged();
      parts = { content: octets(authenticated.value[1].value[0]), mac };
    } catch {
      throw damaged();
    }
    const found = { keys: [], certificates: [] };
    if (parts.mac && !(await sealed(parts.mac, parts.content, passphrase))) throw new KeyFileError("wrong-passphrase");
    for (const info of parsed(parts.content).value) await take(info, passphrase, found);
    return found;
  }

  async function take(info, passphrase, found) {
    const [type, wrapped] = [oid(info.value[0]), info.value[1]?.value[0]];
    if (type === OID.data) return bags(octets(wrapped), passphrase, found);
    if (type !== OID.encryptedData) throw strange(); // sealed with somebody's public key
    const [, algorithm, data] = wrapped.value[1].value;
    return bags(await decrypted(algorithm, octets(data), passphrase), passphrase, found);
  }

  async function bags(binary, passphrase, found) {
    for (const bag of parsed(binary).value) {
      const [type, inner] = [oid(bag.value[0]), bag.value[1].value[0]];
      if (type === OID.nested) await bags(der(inner), passphrase, found);
      else if (type === OID.keyBag) found.keys.push(der(inner));
      else if (type === OID.shroudedKeyBag) found.keys.push(await decrypted(inner.value[0], octets(inner.value[1]), passphrase));
      else if (type === OID.certBag && oid(inner.value[0]) === OID.x509) found.certificates.push(octets(inner.value[1].value[0]));
    }
  }

  return { KeyFileError, open, parsed, oid, octets, der, bytesOf };
})();
