// Drop a document anywhere on the page. The answer takes the place of what is shown, so that the file stays at
// hand in this page alone: what is made of it (report, signed version) needs no second choosing. Without this
// script the same form works, and the file is chosen once more.
const main = document.getElementById("main");
const form = () => document.getElementById("verify");

async function ask(sent) {
  const file = sent.elements.file.files[0];
  const answer = await fetch(sent.action, { method: "POST", body: new FormData(sent) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = page.getElementById("main");
  if (!shown || !shown.querySelector("#verify")) throw new TypeError("no answer of this page");
  main.replaceChildren(...document.adoptNode(shown).childNodes);
  document.title = page.title;
  const kept = new DataTransfer();
  kept.items.add(file);
  form().elements.file.files = kept.files;
  (document.getElementById("verdict") ?? main).focus();
  scrollTo(0, 0);
}

function busy(yes) {
  document.getElementById("checking").textContent = yes ? form().dataset.busy : "";
  for (const button of document.querySelectorAll("#verify button, [form=verify]")) button.disabled = yes;
}

addEventListener("submit", (event) => {
  const sent = event.target;
  if (sent.id !== "verify" || event.submitter?.hasAttribute("formaction")) return; // a download leaves the page
  event.preventDefault();
  busy(true);
  ask(sent).catch(() => sent.submit()); // let the browser say what is wrong with the line
});
for (const kind of ["dragover", "dragenter"]) {
  addEventListener(kind, (event) => { event.preventDefault(); form().classList.add("over"); });
}
addEventListener("dragleave", (event) => { if (!event.relatedTarget) form().classList.remove("over"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  form().classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  form().elements.file.files = event.dataTransfer.files;
  form().requestSubmit();
});
addEventListener("pageshow", () => busy(false));
document.getElementById("verdict")?.focus();
