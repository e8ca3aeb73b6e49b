// One stream of hints for the tab. A hint names topics; every region that shows one of them is fetched anew
// from the page's own address and morphed in place. Silence for five seconds shows the stale banner with its age.
// Stream: event `beat` with the server's time every two seconds, event `hint` with {"topics": [...]}.
import htmx from "htmx.org";
import { ago, setServerTime } from "./clock.js";

const SILENCE_MS = 5_000;
const GATHER_MS = 120;
const HIDDEN_MS = 60_000;
const UNAVAILABLE_MS = 10_000;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

let source = null;
let lastSign = Date.now();
let stale = false;
let retries = 0;
let waiting = new Set();
let gathering = 0;
let sleeping = 0;
let fetching = null;

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
  for (const banner of document.querySelectorAll("#stale")) {
    banner.hidden = !isStale;
    const age = banner.querySelector("[data-stale-age]");
    if (age && isStale) age.textContent = ago(Date.now() - lastSign);
  }
}

async function page(names) {
  fetching?.abort();
  fetching = new AbortController();
  const headers = { "HX-Request": "true", "X-Regions": names.join(" "), Accept: "text/html" };
  const answer = await fetch(location.href, { headers, credentials: "same-origin", signal: fetching.signal });
  if (answer.redirected || answer.status === 401) return location.reload();
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function morph(region, fresh) {
  const text = fresh.getElementById(region.id)?.outerHTML;
  if (text) await htmx.swap({ text, target: region, sourceElement: region, swap: "outerMorph ignoreTitle:true" });
}

/** Fetches the page once and morphs the given regions out of it; on failure they stay as they are. */
export async function refresh(wanted) {
  const names = wanted.filter((region) => region.isConnected).map((region) => region.id);
  if (!names.length) return;
  try {
    const fresh = await page(names);
    if (!fresh) return;
    for (const name of names) {
      const region = document.getElementById(name);
      if (region) await morph(region, fresh);
    }
  } catch (error) {
    if (error.name !== "AbortError") show(true);
  }
}

function hint(topics) {
  for (const topic of topics) waiting.add(topic);
  clearTimeout(gathering);
  gathering = setTimeout(() => {
    const named = waiting;
    waiting = new Set();
    refresh(regions().filter((region) => topicsOf(region).some((topic) => named.has(topic))));
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
    // Refused for good, perhaps because the session ended: the page itself will tell.
    if (retries > 0) refresh(regions());
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
    lastSign = Date.now();
    open();
    refresh(regions());
  }
}

export function startLive() {
  if (!url()) return;
  open();
  setInterval(() => { if (!document.hidden && Date.now() - lastSign > SILENCE_MS) show(true); }, 1_000);
  setInterval(() => refresh(regions().filter((region) => region.querySelector("[data-unavailable]"))), UNAVAILABLE_MS);
  document.addEventListener("visibilitychange", visibility);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
}
