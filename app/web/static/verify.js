// Drop a document anywhere on the page; it goes with the same form that works without this script.
const form = document.getElementById("verify");
const file = form.elements.file;
for (const kind of ["dragover", "dragenter"]) {
  addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
}
addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  file.files = event.dataTransfer.files;
  form.requestSubmit();
});
form.addEventListener("submit", () => {
  document.getElementById("checking").textContent = form.dataset.busy;
  form.querySelector("button").disabled = true;
});
addEventListener("pageshow", () => {
  form.querySelector("button").disabled = false;
  document.getElementById("checking").textContent = "";
});
document.getElementById("verdict")?.focus();
