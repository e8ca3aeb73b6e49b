// Cuts the fonts to what the console can show: weights 400 to 600, no hints, one file per script, chosen by
// unicode-range. Japanese, Korean and Chinese come in slices: the frequent ones are cut too and listed in a style
// sheet that a page links when it shows such text; the rare ones are served as they are, from a sheet of their own.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { Worker } from "node:worker_threads";

const require = createRequire(import.meta.url);
const PLEX = "@fontsource-variable/ibm-plex-sans";
const WORKERS = 2;
const SHAPING = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case", "calt", "rlig", "liga", "init", "medi", "fina", "isol", "rclt"];
const TEXT = { noHinting: true, keepFeatures: SHAPING };
const VARIABLE = { ...TEXT, noLayoutClosure: true, variationAxes: { wght: { min: 400, max: 600 } } };
const SLICE = { noHinting: true, keepFeatures: ["locl"], dropTables: ["vhea", "vmtx", "VORG"] };

const SCRIPTS = [
  { family: "Plex", pkg: PLEX, subset: "latin", range: "U+0-FF, U+131, U+152-153, U+2BB-2BC, U+2C6, U+2DA, U+2DC, U+2000-206F, U+20AC, U+2122, U+2190-2193, U+2212, U+2260-2265" },
  { family: "Plex", pkg: PLEX, subset: "latin-ext", range: "U+100-130, U+132-151, U+154-24F, U+1E00-1EFF" },
  { family: "Plex", pkg: PLEX, subset: "cyrillic", range: "U+301, U+400-45F, U+490-491, U+4B0-4B1, U+2116" },
  { family: "Plex", pkg: PLEX, subset: "greek", range: "U+370-377, U+37A-37F, U+384-38A, U+38C, U+38E-3A1, U+3A3-3FF" },
  { family: "Plex Arabic", pkg: "@fontsource/ibm-plex-sans-arabic", subset: "arabic", range: "U+600-6FF, U+200C-200E", weights: [400, 600] },
  { family: "Plex Hebrew", pkg: "@fontsource/ibm-plex-sans-hebrew", subset: "hebrew", range: "U+590-5FF", weights: [400, 600] },
  { family: "Plex Thai", pkg: "@fontsource/ibm-plex-sans-thai", subset: "thai", range: "U+E00-E7F", weights: [400, 600] },
];

// One weight of these is enough: browsers embolden it. Slices are numbered from rare to frequent.
const SLICED = {
  ja: { family: "Plex JP", pkg: "@fontsource/ibm-plex-sans-jp", file: "400", frequent: 60 },
  ko: { family: "Plex KR", pkg: "@fontsource/ibm-plex-sans-kr", file: "400", frequent: 100 },
  zh: { family: "Noto Sans SC", pkg: "@fontsource-variable/noto-sans-sc", file: "wght", frequent: 100, options: { variationAxes: { wght: 400 } } },
};

const folder = (pkg) => path.dirname(require.resolve(`${pkg}/package.json`));
const stemOf = (pkg) => pkg.split("/")[1];
const face = ({ family, weight, file, range }) =>
  `@font-face{font-family:"${family}";src:url(${JSON.stringify(file)}) format("woff2");font-weight:${weight};font-display:swap;unicode-range:${range}}\n`;

function scriptFaces({ family, pkg, subset, range, weights }, out) {
  const stem = `${stemOf(pkg)}-${subset}`;
  const made = (suffix, weight, options) => ({
    family, weight, range, options,
    source: path.join(folder(pkg), `files/${stem}-${suffix}-normal.woff2`),
    file: path.join(out, `${stem}-${suffix}.woff2`),
  });
  if (!weights) return [made("wght", "400 600", VARIABLE)];
  return weights.map((weight) => made(weight, weight === 400 ? "400 500" : weight, TEXT));
}

async function slicedFaces({ family, pkg, file, frequent, options = {} }, out) {
  const ranges = JSON.parse(await readFile(path.join(folder(pkg), "unicode.json"), "utf8"));
  const numbered = Object.entries(ranges).filter(([name]) => name.startsWith("["));
  return numbered.map(([name, range]) => {
    const number = Number(name.slice(1, -1));
    const source = path.join(folder(pkg), `files/${stemOf(pkg)}-${number}-${file}-normal.woff2`);
    const weight = file === "wght" && number < frequent ? "400 600" : 400;
    if (number < frequent) return { family, weight, range, file: source, rare: true };
    return { family, weight, range, source, file: path.join(out, path.basename(source)), options: { ...SLICE, ...options } };
  });
}

function cut(jobs) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./cut.mjs", import.meta.url), { workerData: jobs });
    worker.on("error", reject);
    worker.on("exit", (code) => (code ? reject(new Error(`cutting fonts ended with ${code}`)) : resolve()));
  });
}

const cutAll = (jobs) =>
  Promise.all(Array.from({ length: WORKERS }, (_, n) => cut(jobs.filter((_, at) => at % WORKERS === n))));

/** Writes fonts.css (every alphabet) and fonts-{ja,ko,zh}{,-rare}.css into `out`; returns their names. */
export async function buildFonts(out) {
  await mkdir(out, { recursive: true });
  const alphabets = SCRIPTS.flatMap((script) => scriptFaces(script, out));
  const sheets = { fonts: `@layer base{\n${alphabets.map(face).join("")}}\n` };
  const jobs = [...alphabets];
  for (const [language, slices] of Object.entries(SLICED)) {
    const faces = await slicedFaces(slices, out);
    sheets[`fonts-${language}`] = faces.filter(({ rare }) => !rare).map(face).join("");
    sheets[`fonts-${language}-rare`] = faces.filter(({ rare }) => rare).map(face).join("");
    jobs.push(...faces.filter(({ source }) => source));
  }
  await cutAll(jobs);
  await Promise.all(Object.entries(sheets).map(([name, css]) => writeFile(path.join(out, `${name}.css`), css)));
  return Object.keys(sheets).filter((name) => name !== "fonts");
}
