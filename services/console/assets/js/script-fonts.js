// Links the sliced fonts of Japanese, Korean and Chinese once the page shows such text and the machine has no
// font for it; the sheet of rare characters only when the first one does not cover what is there.

const SCRIPTS = {
  ja: { sign: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u, family: "Plex JP", own: ["Hiragino Sans", "Yu Gothic UI", "Yu Gothic", "Noto Sans CJK JP", "Noto Sans JP"] },
  ko: { sign: /\p{Script=Hangul}/u, family: "Plex KR", own: ["Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR"] },
  zh: { sign: /\p{Script=Han}/u, family: "Noto Sans SC", own: ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC"] },
};
const sheets = JSON.parse(document.getElementById("script-fonts")?.textContent ?? "{}");
const linked = new Map();

const needs = (language, text) =>
  SCRIPTS[language].sign.test(text) && (language !== "zh" || document.querySelector(":lang(zh)") !== null);

async function machineHas(language) {
  const local = SCRIPTS[language].own.map((name) => `local("${name}")`).join(",");
  try {
    await new FontFace("probe", local).load();
    return true;
  } catch {
    return false;
  }
}

function link(name) {
  if (linked.has(name)) return linked.get(name);
  const done = new Promise((resolve) => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = sheets[name];
    sheet.addEventListener("load", resolve);
    document.head.append(sheet);
  });
  linked.set(name, done);
  return done;
}

function covered(family) {
  const ranges = [...document.fonts]
    .filter((face) => face.family.replaceAll('"', "") === family)
    .flatMap((face) => face.unicodeRange.split(","))
    .map((range) => range.trim().slice(2).split("-").map((hex) => parseInt(hex, 16)));
  return (point) => ranges.some(([from, to = from]) => from <= point && point <= to);
}

async function serve(language, text) {
  if (await machineHas(language)) return;
  await link(language);
  const known = covered(SCRIPTS[language].family);
  const signs = new Set(text.match(new RegExp(SCRIPTS[language].sign, "gu")));
  if ([...signs].some((sign) => !known(sign.codePointAt(0)))) await link(`${language}-rare`);
}

function look() {
  const text = document.body.textContent;
  for (const language of Object.keys(SCRIPTS)) if (needs(language, text)) serve(language, text);
}

export function startScriptFonts() {
  look();
  document.addEventListener("htmx:after:swap", look);
}
