// Where the mark of one document stands: the page as it is to be signed, with the mark on it as the service would draw it
// now. Moved by a click, by the arrow keys, or to another page; what is shown is what is sent to be signed.
import { Lost, Refused, call } from "./batch.js";
import { fill } from "./outcome.js";

const language = document.documentElement.lang;
const STEP = 5, FINE = 1; // millimetres that an arrow key moves the mark, without and with Shift
const PAUSE = 250; // milliseconds after the last key before the service is asked
const MOVED = 2; // millimetres; further off is said
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// one after another: on a page with many documents each of them looks anew when the mark changes
let line = Promise.resolve();
const inLine = (look) => { line = line.then(look, look); return line; };

export class Placer {
  #root;
  #texts;
  #ask;
  #record;
  #wanted = { page: null, at: null };
  #seen = null; // the latest answer; its box may be of an earlier place or mark
  #shown = null; // page and box, while what is shown is what was asked for
  #looking = null;
  #problem = "";
  #turn = 0;
  #timer = 0;

  // `ask()` gives what the service has to know of the mark: { role, mark, seal, reading_code }.
  constructor(root, texts, record, ask) {
    [this.#root, this.#texts, this.#record, this.#ask] = [root, texts, record, ask];
    this.#part(".previous").addEventListener("click", () => this.#turnTo(this.#page - 1));
    this.#part(".next").addEventListener("click", () => this.#turnTo(this.#page + 1));
    this.#part(".stated").addEventListener("click", () => { this.#wanted = { page: null, at: null }; this.refresh(); });
    this.#part(".to-free").addEventListener("click", () => this.#turnTo(this.#seen.free_page));
    this.#sheet.addEventListener("click", (event) => this.#toPoint(event));
    this.#sheet.addEventListener("keydown", (event) => this.#key(event));
    root.hidden = false;
  }

  #part(name) { return this.#root.querySelector(name); }
  get #sheet() { return this.#part(".placing"); }
  get #page() { return this.#seen?.page ?? this.#wanted.page ?? 1; }

  // What is shown: page and box; what was wished for where nothing is.
  get place() { return this.#shown ?? this.#wanted; }

  // Resolves once what is shown is what `place` gives: with nothing, or with why the mark cannot stand there.
  async settled() {
    if (this.#timer) this.refresh();
    while (this.#looking) await this.#looking;
    return this.#problem;
  }

  // Nobody looks any more: the place stays as it was wished, and the mark may be another one.
  drop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#turn += 1;
    this.#shown = null;
    this.#problem = "";
  }

  // The mark is another one: the place stays as it was wished.
  refresh() {
    this.drop();
    this.#wait();
    const turn = this.#turn;
    const looking = inLine(() => this.#look(turn)).finally(() => {
      if (this.#looking === looking) this.#looking = null;
    });
    this.#looking = looking;
    return looking;
  }

  #wait() {
    this.#shown = null;
    this.#sheet.ariaBusy = "true";
    this.#say(this.#texts.place_looking);
  }

  async #look(turn) {
    if (turn !== this.#turn) return;
    const { record, version } = this.#record;
    const body = { version, place: this.#wanted, ...this.#ask() };
    const seen = await call("POST", `/api/v1/records/${record}/mark-preview`, body).catch((error) => error);
    if (turn !== this.#turn) return;
    if (seen instanceof Error) { this.#refused(seen); return; }
    this.#seen = seen;
    await this.#draw(body.role);
    if (turn !== this.#turn) return;
    this.#sheet.ariaBusy = "false";
    if (seen.box) this.#shown = { page: seen.page, at: seen.box };
    else this.#problem = seen.error[language] || seen.error.message;
    this.#tell();
  }

  #refused(error) {
    this.#seen = null;
    this.#sheet.ariaBusy = "false";
    this.#hide();
    this.#part(".to-free").hidden = true;
    const words = error instanceof Refused ? error[language] : error instanceof Lost ? this.#texts.lost : "";
    this.#problem = words || this.#texts.key_failed;
    this.#say(this.#problem, "bad");
  }

  #hide() { for (const each of this.#root.querySelectorAll("canvas")) each.hidden = true; }

  async #draw(role) {
    const { page, pages, size, box, picture, seal } = this.#seen;
    const image = this.#part("img");
    const address = `/api/v1/records/${this.#record.record}/signing-pages/${page}?role=${role}`;
    if (image.getAttribute("src") !== address) {
      this.#hide(); // no mark on a page that it is not for
      image.src = address;
      await image.decode().catch(() => {});
      if (image.getAttribute("src") !== address) return;
    }
    image.alt = fill(this.#texts.place_page, { page, pages });
    this.#sheet.style.aspectRatio = `${size[0]} / ${size[1]}`;
    this.#part(".page-of").textContent = fill(this.#texts.place_page, { page, pages });
    this.#part(".previous").disabled = page <= 1;
    this.#part(".next").disabled = page >= pages;
    this.#part("canvas.mark").hidden = !box;
    this.#part("canvas.sealed").hidden = !seal;
    if (box) await this.#laid(this.#part("canvas.mark"), { box, picture });
    if (seal) await this.#laid(this.#part("canvas.sealed"), seal);
  }

  async #laid(canvas, { box, picture }) {
    const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
    const drawn = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    [canvas.width, canvas.height] = [drawn.width, drawn.height];
    canvas.getContext("2d").drawImage(drawn, 0, 0);
    this.#stand(canvas, box);
  }

  #stand(canvas, [left, top, right, bottom]) {
    const [width, height] = this.#seen.size;
    const { style } = canvas;
    style.left = `${(100 * left) / width}%`;
    style.top = `${(100 * top) / height}%`;
    style.width = `${(100 * (right - left)) / width}%`;
    style.height = `${(100 * (bottom - top)) / height}%`;
  }

  #tell() {
    const { page, box, free_page: free } = this.#seen;
    const button = this.#part(".to-free");
    button.hidden = !free;
    button.textContent = fill(this.#texts.place_free, { page: free });
    if (!box) { this.#say(this.#problem, "bad"); return; }
    const [left, top] = box.map(Math.round);
    const { at, page: asked } = this.#wanted;
    const aside = (at && Math.hypot(at[0] - box[0], at[1] - box[1]) > MOVED) || (!asked && page > 1 && !this.#ask().mark.image);
    const seal = this.#seen.seal ? ` ${this.#texts.place_seal}` : "";
    const words = fill(this.#texts.place_stands, { page, left, top }) + seal;
    this.#say(aside ? `${words} ${this.#texts.place_moved}` : words);
  }

  #say(words, tone = "") {
    const said = this.#part(".place-said");
    said.textContent = words;
    said.className = `place-said hint ${tone}`;
  }

  // ---- moving ----
  #turnTo(page) {
    this.#wanted = { page, at: null };
    this.refresh();
  }

  #moveTo(left, top) {
    if (!this.#seen) return;
    const { size, page, box } = this.#seen;
    const [width, height] = box ? [box[2] - box[0], box[3] - box[1]] : [0, 0];
    const within = (value, most) => Math.round(10 * Math.min(Math.max(value, 0), Math.max(most, 0))) / 10;
    this.#wanted = { page, at: [within(left, size[0] - width), within(top, size[1] - height)] };
    const [x, y] = this.#wanted.at;
    this.drop(); // what is on its way is of the place before
    this.#wait();
    this.#part("canvas.sealed").hidden = true; // where it will lie is asked for
    if (box) this.#stand(this.#part("canvas.mark"), [x, y, x + width, y + height]);
    this.#timer = setTimeout(() => this.refresh(), PAUSE);
  }

  #toPoint(event) {
    if (!this.#seen) return;
    const sheet = this.#sheet.getBoundingClientRect();
    const { size, box } = this.#seen;
    const [width, height] = box ? [box[2] - box[0], box[3] - box[1]] : [0, 0];
    const x = ((event.clientX - sheet.left) / sheet.width) * size[0];
    const y = ((event.clientY - sheet.top) / sheet.height) * size[1];
    this.#moveTo(x - width / 2, y - height / 2);
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !this.#seen) return;
    if (event.key === "PageUp" || event.key === "PageDown") {
      event.preventDefault();
      const page = this.#page + (event.key === "PageUp" ? -1 : 1);
      if (page >= 1 && page <= this.#seen.pages) this.#turnTo(page);
      return;
    }
    if (event.key === "Home") { event.preventDefault(); this.#part(".stated").click(); return; }
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.shiftKey ? FINE : STEP;
    const [left, top] = this.#wanted.at ?? this.#seen.box ?? [this.#seen.size[0] / 2, this.#seen.size[1] / 2];
    this.#moveTo(left + way[0] * step, top + way[1] * step);
  }
}
