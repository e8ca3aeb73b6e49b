// Lets promises and durations tick in the words the server drew them with.
// Elements: [data-due][data-used] with a .dial and [data-words]; [data-since]; [data-clock=zone].

const SOON = 50;
const LATE = 75;
const TICKING_MS = 12 * 3600_000;
const html = document.documentElement;
const words = JSON.parse(document.getElementById("clock-words")?.textContent ?? "{}");

let offset = 0;

const fill = (pattern, values) => pattern.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/** The server's clock: what a promise is judged by. */
export const now = () => Date.now() + offset;

export function setServerTime(iso) {
  const server = Date.parse(iso);
  if (!Number.isNaN(server)) offset = server - Date.now();
}

/** Two units at most, the smaller one cut off; the twin of formats.duration. */
export function duration(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  if (seconds < 60) return fill(words.s, { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return fill(words.min, { n: minutes });
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours < 24) return fill(rest ? words.hm : words.h, { h: hours, m: String(rest).padStart(2, "0") });
  const days = Math.floor(hours / 24);
  return fill(hours % 24 ? words.dh : words.d, { d: days, h: hours % 24 });
}

export const ago = (milliseconds) => fill(words.ago, { time: duration(milliseconds) });

function stageOf(left, used) {
  if (left <= 0) return "breached";
  return used >= LATE ? "late" : used >= SOON ? "soon" : "enough";
}

// From the share used when drawn, straight on to all of it at the due instant: right for business hours too,
// because a running clock runs.
function usedAt(instant, due, drawn, start) {
  if (instant >= due || due <= drawn) return 100;
  return Math.min(99, Math.floor(start + ((100 - start) * (instant - drawn)) / (due - drawn)));
}

function tickDue(element, instant, drawn) {
  const due = Date.parse(element.dataset.due);
  const left = due - instant;
  const used = left <= 0 ? 100 : usedAt(instant, due, drawn, Number(element.dataset.used));
  set(element, "t", "calm" in element.dataset && left > 0 ? "enough" : stageOf(left, used));
  const dial = element.querySelector(".dial");
  if (dial) set(dial, "p", String(used));
  const text = element.querySelector("[data-words]");
  if (!text || left > TICKING_MS) return;
  const time = duration(left);
  const spoken = left <= 0 ? fill(words.over, { time }) : "left" in text.dataset ? fill(words.left, { time }) : time;
  if (text.textContent !== spoken) text.textContent = spoken;
}

function set(element, name, value) {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

const clocks = new Map();
function wallClock(zone) {
  if (!clocks.has(zone)) {
    const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone, numberingSystem: "latn" };
    clocks.set(zone, new Intl.DateTimeFormat(html.lang, style));
  }
  return clocks.get(zone);
}

export function tick() {
  if (document.hidden) return;
  const instant = now();
  const drawn = Date.parse(html.dataset.now);
  for (const element of document.querySelectorAll("[data-due]")) {
    tickDue(element, instant, Date.parse(element.closest("[data-drawn]")?.dataset.drawn) || drawn);
  }
  for (const element of document.querySelectorAll("[data-since]")) {
    const text = duration(Math.max(0, instant - Date.parse(element.dataset.since)));
    if (element.textContent !== text) element.textContent = text;
  }
  for (const element of document.querySelectorAll("[data-clock]")) {
    const text = wallClock(element.dataset.clock).format(instant);
    if (element.textContent !== text) element.textContent = text;
  }
}

export function startClock() {
  setServerTime(html.dataset.now);
  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("htmx:after:swap", tick);
  addEventListener("pageshow", (event) => { if (event.persisted) tick(); });
}
