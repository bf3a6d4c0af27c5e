// Look a file up without sending it: the browser computes its digest, and only that leaves the machine.
const LARGEST = 512 * 1024 * 1024; // WebCrypto wants all of it in memory
const section = document.getElementById("by-file");
const say = (words) => { document.getElementById("counting").textContent = words; };

async function lookUp(file) {
  if (file.size > LARGEST) return say(section.dataset.tooBig);
  say(section.dataset.counting);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  location.assign(`/lookup?sha256=${hex}`);
}

if (globalThis.crypto?.subtle) { // only where the page came by https, or from this machine
  section.hidden = false;
  document.getElementById("counted").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) lookUp(file).catch(() => say(section.dataset.tooBig));
  });
}
addEventListener("pageshow", () => say(""));
document.getElementById("verdict")?.focus();
