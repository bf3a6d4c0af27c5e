import { MarkForm, lackingIn } from "./signing/mark.js";
import { Panel } from "./signing/panel.js";
import { Placer } from "./signing/placer.js";

const { record, version: shown } = document.getElementById("record").dataset;
const root = document.getElementById("sign");
const texts = JSON.parse(root.dataset.texts);
const form = root.querySelector("form");
const version = Number(shown);
root.hidden = false;
for (const each of root.querySelectorAll(".without-script")) each.hidden = true; // the page itself shows the place

const marks = new MarkForm(form, texts, () => look());
const asked = () => ({ role: marks.role, mark: marks.mark, seal: form.elements.seal?.checked ?? false, reading_code: marks.code });
const frame = root.querySelector(".placer");
const placer = new Placer(frame, texts, { record, version }, asked);

const looks = () => !frame.hidden && root.querySelector("details.mark-place").open;

// a signing program draws a mark of its own
function look() {
  const shows = marks.shown && form.elements.key.value !== "agent";
  frame.hidden = !shows;
  if (looks()) placer.refresh(); else placer.drop();
}
form.addEventListener("change", ({ target }) => { if (target.name === "key") look(); });
root.querySelector("details.mark-place").addEventListener("toggle", look);
look();

const done = marks.role === "digitiser" ? "digitised" : "signed";
new Panel(root, texts, {
  marks,
  settled: async () => {
    const lacking = form.elements.key.value === "agent" ? null : lackingIn(form);
    if (lacking) return { words: texts.code_lacking, field: lacking };
    return looks() ? placer.settled() : "";
  },
  chosen: () => [{
    record, version, name: root.dataset.name, reading_code: marks.code, place: marks.shown ? placer.place : {},
  }],
  finished: ([one]) => { if (one.status === "signed") location.assign(`/records/${record}?done=${done}`); },
});
