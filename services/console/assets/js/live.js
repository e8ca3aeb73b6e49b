// One stream of hints for the tab. A hint names topics; every region that shows one of them is fetched anew
// from the page's own address and morphed in place. Silence for five seconds shows the stale banner with its age.
// Stream: event `beat` with the server's time every two seconds, event `hint` with {"topics": [...]}.
import htmx from "htmx.org";
import { ago, setServerTime } from "./clock.js";

const SILENCE_MS = 5_000;
const GATHER_MS = 120;
const HIDDEN_MS = 60_000;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

let source = null;
let lastSign = Date.now();
let stale = false;
let retries = 0;
let waiting = new Set();
let gathering = 0;
let sleeping = 0;

const url = () => document.documentElement.dataset.liveUrl;
const regions = () => [...document.querySelectorAll("[data-live][id]")];
const topicsOf = (region) => region.dataset.live.split(/\s+/);

function sign(time) {
  lastSign = Date.now();
  retries = 0;
  if (time) setServerTime(time);
  if (stale) refresh(regions());
  show(false);
}

function show(isStale) {
  stale = isStale;
  document.body.classList.toggle("is-stale", isStale);
  for (const banner of document.querySelectorAll("[data-stale]")) {
    banner.hidden = !isStale;
    const age = banner.querySelector("[data-stale-age]");
    if (age && isStale) age.textContent = ago(Date.now() - lastSign);
  }
}

/** Fetches the page once and morphs the given regions out of it. */
export async function refresh(wanted) {
  const present = wanted.filter((region) => region.isConnected);
  if (!present.length) return;
  const [first, ...others] = present;
  await htmx.ajax("GET", location.pathname + location.search, {
    source: first,
    target: first,
    select: `#${CSS.escape(first.id)}`,
    selectOOB: others.map((region) => `#${CSS.escape(region.id)}:outerMorph`).join(",") || undefined,
    swap: "outerMorph ignoreTitle:true",
    headers: { "X-Regions": present.map((region) => region.id).join(" ") },
  });
}

function hint(topics) {
  for (const topic of topics) waiting.add(topic);
  clearTimeout(gathering);
  gathering = setTimeout(() => {
    const topicsNow = waiting;
    waiting = new Set();
    refresh(regions().filter((region) => topicsOf(region).some((topic) => topicsNow.has(topic))));
  }, GATHER_MS);
}

function open() {
  close();
  source = new EventSource(url());
  source.addEventListener("open", () => sign());
  source.addEventListener("beat", (event) => sign(event.data));
  source.addEventListener("hint", (event) => {
    sign();
    hint(JSON.parse(event.data).topics);
  });
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    setTimeout(() => { if (!document.hidden) open(); }, RETRY_MS[Math.min(retries++, RETRY_MS.length - 1)]);
  });
}

function close() {
  source?.close();
  source = null;
}

// A tab nobody looks at gives its connection back: browsers allow few to one host.
function visibility() {
  clearTimeout(sleeping);
  if (document.hidden) sleeping = setTimeout(close, HIDDEN_MS);
  else if (!source) {
    open();
    refresh(regions());
  }
}

export function startLive() {
  if (!url() || !("EventSource" in window)) return;
  open();
  setInterval(() => { if (!document.hidden && Date.now() - lastSign > SILENCE_MS) show(true); }, 1_000);
  document.addEventListener("visibilitychange", visibility);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
}
