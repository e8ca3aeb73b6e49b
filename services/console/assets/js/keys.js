// Keyboard: `?` shows the keys, `/` searches, `g` then a letter goes, j and k walk a list, r and n write.

const OFF = "keys-off";
const dialog = () => document.getElementById("keys");
let going = 0;

const writing = (element) => element?.closest?.("input, textarea, select, [contenteditable]");
const off = () => localStorage.getItem(OFF) === "yes";

function walk(step) {
  const lines = [...document.querySelectorAll("[data-walk] a[href]")];
  if (!lines.length) return;
  const active = document.activeElement?.closest?.("[data-walk] a[href]");
  const from = active ? lines.indexOf(active) : lines.findIndex((line) => line.ariaCurrent === "true");
  const next = lines[Math.max(0, Math.min(lines.length - 1, from + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function write(kind) {
  const tab = document.querySelector(`.compose [name=kind][value=${kind}]`);
  if (!tab) return;
  tab.click();
  document.querySelector(".compose textarea").focus();
}

const actions = {
  "?": () => dialog()?.showModal(),
  "/": () => document.getElementById("find")?.select(),
  j: () => walk(1),
  k: () => walk(-1),
  r: () => write("reply"),
  n: () => write("note"),
  g: () => { going = Date.now(); },
};

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || off() || writing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const target = Date.now() - going < 1200 && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  going = 0;
  const action = target ? () => target.click() : actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  for (const box of document.querySelectorAll("[data-keys-off]")) {
    box.checked = off();
    box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "yes" : "no"));
  }
}
