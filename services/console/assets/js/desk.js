// The reply desk: a draft survives everything until the server has the text; Ctrl+Enter presses the primary button.
import { ago } from "./clock.js";

const KEEP_MS = 400;
const desk = () => document.querySelector("[data-desk]");
const key = (form, part = "draft") => `${part}:${form.dataset.desk}`;
const field = (form) => form.querySelector("textarea");
const kind = (form) => form.querySelector("[name=kind]:checked")?.value ?? "reply";

let timer = 0;
let keptAt = 0;
const wired = new WeakSet();

function keep(form) {
  const text = field(form).value;
  if (text.trim()) localStorage.setItem(key(form), JSON.stringify({ kind: kind(form), text }));
  else localStorage.removeItem(key(form));
  keptAt = text.trim() ? Date.now() : 0;
  tell(form);
}

function tell(form) {
  const line = form.querySelector("[data-kept]");
  if (!line) return;
  line.hidden = !keptAt;
  const age = line.querySelector("[data-kept-age]");
  if (keptAt && age) age.textContent = ago(Date.now() - keptAt);
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

// What was being sent counts as lost until the page comes back with the mark that it was taken.
function restore(form) {
  const sent = document.querySelector("[data-draft-sent]");
  const sending = read(key(form, "sending"));
  localStorage.removeItem(key(form, "sending"));
  if (sent && sending?.text === field(form).value) field(form).value = "";
  const kept = read(key(form)) ?? (sent ? null : sending);
  if (!kept || field(form).value.trim()) return;
  field(form).value = kept.text;
  form.querySelector(`[name=kind][value=${kept.kind}]`)?.click();
  keep(form);
}

function speak(form) {
  const note = kind(form) === "note";
  const text = field(form);
  text.placeholder = note ? text.dataset.noteHint : text.dataset.replyHint;
  text.ariaLabel = note ? text.dataset.noteLabel : text.dataset.replyLabel;
}

function primary(form) {
  return form.querySelector(kind(form) === "note" ? "[data-primary=note]" : "[data-primary=reply]");
}

function failed(form, isFailed) {
  const line = form.querySelector("[data-desk-failed]");
  if (line) line.hidden = !isFailed;
}

function wire(form) {
  restore(form);
  if (wired.has(form)) return;
  wired.add(form);
  speak(form);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(form), KEEP_MS);
  });
  form.addEventListener("change", () => speak(form));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(primary(form));
  });
  form.addEventListener("htmx:error", () => {
    failed(form, true);
    keep(form);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    failed(form, false);
    localStorage.setItem(key(form, "sending"), JSON.stringify({ kind: kind(form), text: field(form).value }));
    localStorage.removeItem(key(form));
  });
}

export function startDesk() {
  if (desk()) wire(desk());
  document.addEventListener("htmx:after:swap", ({ target }) => {
    const form = desk();
    if (form && (form.contains(target) || target.contains(form))) wire(form);
  });
  setInterval(() => { if (desk()) tell(desk()); }, 5_000);
}
