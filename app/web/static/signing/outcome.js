// How far signing is: one sentence, a bar, and a line for each document with its outcome and what to do.

const language = document.documentElement.lang;
const SHAPES = { waiting: "·", prepared: "…", signed: "✓", failed: "✗" };

export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
export const counted = (documents, status) => documents.filter((one) => one.status === status).length;

export class Outcome {
  #root;
  #texts;
  #lines = new Map();

  constructor(root, texts, { onRest, onLeave, onVisit }) {
    this.#root = root;
    this.#texts = texts;
    this.#part(".rest").addEventListener("click", () => { this.#part(".rest").hidden = true; onRest(); });
    this.#part(".leave").addEventListener("click", onLeave);
    this.#part(".visit").addEventListener("click", onVisit);
  }

  #part(name) { return this.#root.querySelector(name); }

  begin(words) {
    this.#root.hidden = false;
    for (const way of [".rest", ".leave", ".visit"]) this.#part(way).hidden = true;
    this.#root.focus({ preventScroll: true });
    this.#root.scrollIntoView({ block: "nearest" });
    this.say(words);
  }

  say(words, tone = "plain") {
    const said = this.#part(".said");
    said.className = `said message ${tone}`;
    said.querySelector("span").textContent = words;
  }

  holder(words) {
    this.#part(".holder").textContent = words;
    this.#part(".holder").hidden = !words;
  }

  show(documents) {
    for (const one of documents) this.#showLine(one);
    const [signed, failed, total] = [counted(documents, "signed"), counted(documents, "failed"), documents.length];
    this.#part("progress").max = total || 1;
    this.#part("progress").value = signed + failed;
    this.#part(".count").textContent = fill(failed ? this.#texts.progress_failed : this.#texts.progress, { signed, failed, total });
  }

  #showLine(one) {
    const line = this.#lines.get(one.record) ?? this.#newLine(one.record);
    line.dataset.status = one.status;
    line.querySelector(".shape").textContent = SHAPES[one.status];
    line.querySelector("a").textContent = one.name;
    line.querySelector(".state").textContent = this.#texts[one.seal ?? `status_${one.status}`];
    const why = line.querySelector(".why");
    why.textContent = one.error ? one.error[language] || one.error.message : "";
    why.hidden = !one.error;
  }

  #newLine(record) {
    const line = this.#part("template").content.firstElementChild.cloneNode(true);
    line.querySelector("a").href = `/records/${record}`;
    this.#lines.set(record, line);
    this.#part(".documents").append(line);
    return line;
  }

  // Broken off with documents left: `problem` says why and what to do; `visit`: at the page of the key's provider.
  stopped(problem, left, visit = false) {
    this.say(visit ? problem : `${problem} ${fill(this.#texts.stopped, { left })}`.trim(), visit ? "plain" : "bad");
    const way = visit ? ".visit" : ".rest";
    this.#part(way).textContent = fill(visit ? this.#texts.visit : this.#texts.rest, { left });
    this.#part(way).hidden = false;
    this.#offer(this.#texts.leave_rest, way);
  }

  done(documents) {
    const [signed, total] = [counted(documents, "signed"), documents.length];
    const seals = documents.filter((one) => one.seal === "awaiting").length;
    const words = fill(signed === total ? this.#texts.all_done : this.#texts.some_done, { signed, total });
    this.say(seals ? `${words} ${fill(this.#texts.seals_wait, { seals })}` : words, signed === total ? "good" : "bad");
    const failed = total - signed;
    const list = this.#part(".documents"); // what is left to do comes first: the list is longer than its place
    list.prepend(...list.querySelectorAll("[data-status=failed]"));
    this.#offer(failed ? fill(this.#texts.again_failed, { failed }) : this.#texts.again, ".leave");
  }

  #offer(leave, focused) {
    this.holder("");
    this.#part(".leave").textContent = leave;
    this.#part(".leave").hidden = false;
    this.#part(focused).focus({ preventScroll: true });
  }
}
