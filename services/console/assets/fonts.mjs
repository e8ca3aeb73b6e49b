// Cuts the fonts to what the console can show: weights 400 to 600, one file per script, chosen by unicode-range.
// Chinese, Japanese and Korean keep their ready-made slices and live in style sheets of their own,
// which a page links only when it shows such text. One weight of them is enough: browsers embolden it.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import subsetFont from "subset-font";

const require = createRequire(import.meta.url);
const PLEX = "@fontsource-variable/ibm-plex-sans";

const SCRIPTS = [
  { family: "Plex", pkg: PLEX, subset: "latin", range: "U+0-FF, U+131, U+152-153, U+2BB-2BC, U+2C6, U+2DA, U+2DC, U+2000-206F, U+20AC, U+2122, U+2190-2193, U+2212, U+2260-2265" },
  { family: "Plex", pkg: PLEX, subset: "latin-ext", range: "U+100-130, U+132-151, U+154-24F, U+1E00-1EFF" },
  { family: "Plex", pkg: PLEX, subset: "cyrillic", range: "U+301, U+400-45F, U+490-491, U+4B0-4B1, U+2116" },
  { family: "Plex", pkg: PLEX, subset: "greek", range: "U+370-377, U+37A-37F, U+384-38A, U+38C, U+38E-3A1, U+3A3-3FF" },
  { family: "Plex Arabic", pkg: "@fontsource/ibm-plex-sans-arabic", subset: "arabic", range: "U+600-6FF, U+200C-200E", weights: [400, 600] },
  { family: "Plex Hebrew", pkg: "@fontsource/ibm-plex-sans-hebrew", subset: "hebrew", range: "U+590-5FF", weights: [400, 600] },
  { family: "Plex Thai", pkg: "@fontsource/ibm-plex-sans-thai", subset: "thai", range: "U+E00-E7F", weights: [400, 600] },
];

const SLICED = {
  ja: { family: "Plex JP", pkg: "@fontsource/ibm-plex-sans-jp", stem: "ibm-plex-sans-jp", weights: [400] },
  ko: { family: "Plex KR", pkg: "@fontsource/ibm-plex-sans-kr", stem: "ibm-plex-sans-kr", weights: [400] },
  zh: { family: "Noto Sans SC", pkg: "@fontsource-variable/noto-sans-sc", stem: "noto-sans-sc", weights: ["wght"] },
};

const folder = (pkg) => path.dirname(require.resolve(`${pkg}/package.json`));
const stemOf = (pkg) => pkg.split("/")[1];
const face = (family, weight, url, range) =>
  `@font-face{font-family:"${family}";src:url(${JSON.stringify(url)}) format("woff2");font-weight:${weight};font-display:swap;unicode-range:${range}}\n`;

function characters(range) {
  const points = range.split(",").flatMap((part) => {
    const [from, to] = part.trim().slice(2).split("-").map((hex) => parseInt(hex, 16));
    return Array.from({ length: (to ?? from) - from + 1 }, (_, step) => from + step);
  });
  return String.fromCodePoint(...points);
}

async function cut(source, target, range, axes) {
  const font = await subsetFont(await readFile(source), characters(range), { targetFormat: "woff2", ...axes });
  await writeFile(target, font);
}

async function scriptFaces(script, out) {
  const dir = folder(script.pkg);
  const stem = `${stemOf(script.pkg)}-${script.subset}`;
  if (!script.weights) {
    const target = path.join(out, `${stem}.woff2`);
    const axes = { variationAxes: { wght: { min: 400, max: 600 } }, noLayoutClosure: true };
    await cut(path.join(dir, `files/${stem}-wght-normal.woff2`), target, script.range, axes);
    return face(script.family, "400 600", target, script.range);
  }
  const faces = await Promise.all(script.weights.map(async (weight) => {
    const target = path.join(out, `${stem}-${weight}.woff2`);
    await cut(path.join(dir, `files/${stem}-${weight}-normal.woff2`), target, script.range, {});
    return face(script.family, weight === 400 ? "400 500" : weight, target, script.range);
  }));
  return faces.join("");
}

async function slicedFaces({ family, pkg, stem, weights }) {
  const dir = folder(pkg);
  const ranges = JSON.parse(await readFile(path.join(dir, "unicode.json"), "utf8"));
  const slices = Object.entries(ranges).filter(([name]) => name.startsWith("["));
  return slices.flatMap(([name, range]) => weights.map((weight) => {
    const file = path.join(dir, "files", `${stem}-${name.slice(1, -1)}-${weight}-normal.woff2`);
    return face(family, weight === "wght" ? "400 600" : weight, file, range);
  })).join("");
}

/** Writes fonts.css (every alphabet) and fonts-ja.css, fonts-ko.css, fonts-zh.css into `out`. */
export async function buildFonts(out) {
  await mkdir(out, { recursive: true });
  const faces = await Promise.all(SCRIPTS.map((script) => scriptFaces(script, out)));
  await writeFile(path.join(out, "fonts.css"), `@layer base{\n${faces.join("")}}\n`);
  for (const [language, slices] of Object.entries(SLICED)) {
    await writeFile(path.join(out, `fonts-${language}.css`), await slicedFaces(slices));
  }
}
