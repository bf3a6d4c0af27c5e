// What the signature is to show, as the form says it; and the image of the person's own signature, kept by the account.
import { Refused } from "./batch.js";

const csrf = document.querySelector('meta[name="csrf"]').content;
const language = document.documentElement.lang;
const CODE = ["dossier", "procedure", "person", "paper"];

const saidIn = (root) => Object.fromEntries(
  CODE.map((name) => [name, root.querySelector(`[name=code-${name}]`)?.value.trim() ?? ""]),
);

// What the fields in `root` say of a digitised paper (F1.15): all four or none.
export function codeIn(root) {
  const said = saidIn(root);
  return CODE.every((name) => said[name]) ? said : null;
}

// The first empty field of a code that somebody has begun; dossier and paper are filled in for everybody.
export function lackingIn(root) {
  const said = saidIn(root);
  const missing = said.procedure || said.person ? CODE.find((name) => !said[name]) : "";
  return missing ? root.querySelector(`[name=code-${missing}]`) : null;
}

export class MarkForm {
  #form;
  #texts;
  #changed;

  // `changed()` is called whenever the mark would look otherwise.
  constructor(form, texts, changed = () => {}) {
    [this.#form, this.#texts, this.#changed] = [form, texts, changed];
    form.addEventListener("change", ({ target }) => {
      if (!target.closest(".mark-choice, .reading-code, .elsewhere") && target.name !== "seal") return;
      this.#show();
      if (target.name !== "image-file" && target.name !== "image-width") this.#changed();
    });
    form.querySelector(".image-send")?.addEventListener("click", () => this.#send());
    form.querySelector(".image-remove")?.addEventListener("click", () => this.#remove());
    this.#show();
  }

  get role() { return this.#form.dataset.role; }
  get #fields() { return this.#form.elements; }
  get #kind() { return this.#fields.mark?.value ?? ""; }
  get shown() { return this.#kind !== "none"; }

  get mark() {
    if (!this.#fields.mark) return {};
    const elsewhere = this.#fields.elsewhere?.checked ?? true;
    const kind = this.#kind;
    if (kind.startsWith("sao-") || kind.startsWith("trich-")) return { kind: "copy", form: kind, elsewhere };
    if (!kind) return { elsewhere };
    return { kind, elsewhere, image: kind === "person" && this.#fields.image.checked };
  }

  get code() { return codeIn(this.#form); }

  #show() {
    for (const each of this.#form.querySelectorAll("[data-mark]")) each.hidden = each.dataset.mark !== this.#kind;
    const image = this.#fields.image;
    if (!image) return;
    const taken = image.dataset.kept === "yes";
    image.disabled = !taken;
    if (!taken) image.checked = false;
  }

  #say(words, tone) {
    const said = this.#form.querySelector(".image-said");
    said.textContent = words;
    said.className = `image-said hint ${tone}`;
  }

  async #send() {
    const [file] = this.#fields["image-file"].files;
    if (!file) { this.#say(this.#texts.image_none, "bad"); this.#fields["image-file"].focus(); return; }
    const body = new FormData();
    body.append("width", this.#fields["image-width"].value);
    body.append("file", file);
    if (!(await this.#done("PUT", body))) return;
    this.#fields["image-file"].value = "";
    this.#kept(true, this.#texts.image_kept);
  }

  async #remove() {
    if (await this.#done("DELETE")) this.#kept(false, this.#texts.image_removed);
  }

  async #done(method, body) {
    const answer = await fetch("/api/v1/me/signature-image", { method, headers: { "X-CSRF-Token": csrf }, body })
      .catch(() => null);
    if (answer?.ok) return true;
    const problem = new Refused(answer?.status ?? 0, (await answer?.json().catch(() => ({}))) ?? {});
    this.#say(problem[language] || this.#texts.lost, "bad");
    return false;
  }

  #kept(is, words) {
    const image = this.#fields.image;
    image.dataset.kept = is ? "yes" : "";
    this.#show();
    image.checked = is;
    this.#form.querySelector(".image-remove").hidden = !is;
    if (!is) image.closest(".mark-choice").querySelector("summary").focus();
    this.#say(words, "good");
    this.#changed();
  }
}
