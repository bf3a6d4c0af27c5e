// The row of the form in which a person corrects a word that was not in doubt: the template of all rows, filled in.

/** `word` is the word in the text, `rect` its place on the picture; a row for word-PAGE-PLACE. */
export function filled(template, word, rect, page) {
  const row = template.content.querySelector(".word-fix").cloneNode(true);
  const place = word.dataset.word;
  const others = JSON.parse(word.dataset.others || "[]");
  const values = { word: word.textContent, before: beside(word.previousElementSibling), after: beside(word.nextElementSibling) };
  row.dataset.fix = place;
  row.classList.toggle("sure", !word.classList.contains("doubt"));
  for (const part of [row, ...row.querySelectorAll("*")]) {
    for (const name of ["id", "for", "name"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/0-0$/, `${page}-${place}`));
    }
    for (const name of ["value", "aria-label"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, said(part.getAttribute(name), values));
    }
    for (const text of part.childNodes) if (text.nodeType === Node.TEXT_NODE) text.data = said(text.data, values);
  }
  for (const side of ["before", "after"]) {
    if (!values[side]) row.querySelector(`[name^=${side}-]`).closest("label").remove();
  }
  if (!row.classList.contains("sure")) row.querySelector("[name^=sure-]").remove();
  const none = row.querySelector(".fix-none");
  for (const other of others) {
    const choice = none.cloneNode();
    choice.classList.replace("fix-none", "fix-choice");
    choice.textContent = other;
    none.before(choice);
  }
  row.querySelector(".word-text").dataset.choices = JSON.stringify([word.textContent, ...others]);
  show(row, rect);
  for (const part of row.querySelectorAll(".with-script")) part.hidden = false;
  return row;
}

const said = (text, values) => text.replace(/\{(word|before|after)\}/g, (_, name) => values[name] ?? "");
const beside = (word) => (word?.matches("[data-word]") ? word.textContent : "");

// the part of the page with the word and a little beside it, as `cutout_of` of the service has it
function show(row, rect) {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((side) => rect[side].baseVal.value);
  const [left, top] = [Math.max(0, x - 2 * height), Math.max(0, y - height / 2)];
  row.querySelector("svg").setAttribute("viewBox", [left, top, x + width + 2 * height - left, y + 1.5 * height - top].join(" "));
  const image = row.querySelector("image");
  const sheet = document.querySelector("#sheet img");
  for (const name of ["width", "height"]) image.setAttribute(name, sheet.getAttribute(name));
  image.setAttribute("href", sheet.getAttribute("src"));
  const mark = row.querySelector("svg rect");
  for (const [side, value] of Object.entries({ x, y, width, height })) mark.setAttribute(side, value);
}
