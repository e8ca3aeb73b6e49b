// Builds what the console serves into ../src/console/static/dist: hashed files and manifest.json.
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildFonts } from "./fonts.mjs";
import { buildSteps } from "./steps.mjs";
import { buildSprite } from "./sprite.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const final = path.join(here, "../src/console/static/dist");
const dist = path.join(here, ".build/dist");
const PRELOADED = ["fonts/ibm-plex-sans-latin-wght.woff2", "fonts/ibm-plex-sans-arabic-arabic-400.woff2"];
const made = path.join(here, ".build");

async function bundle(fontSheets) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: {
      app: "css/app.css",
      ...Object.fromEntries(fontSheets.map((name) => [name, `.build/${name}.css`])),
      console: "js/console.js",
      customer: "js/customer.js",
    },
    bundle: true,
    minify: true,
    format: "esm",
    target: "esnext",
    outdir: dist,
    entryNames: "[name]-[hash]",
    assetNames: "fonts/[name]-[hash]",
    loader: { ".woff2": "file" },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  const outputs = Object.entries(result.metafile.outputs);
  const named = (file) => path.relative(dist, path.join(here, file)).replace(/-[A-Z0-9]{8}\./, ".");
  const wanted = outputs.filter(([file, output]) => output.entryPoint || PRELOADED.includes(named(file)));
  return Object.fromEntries(wanted.map(([file]) => [named(file), path.relative(dist, path.join(here, file))]));
}

async function hashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  const file = `${stem}-${hash}${ext}`;
  await writeFile(path.join(dist, file), content);
  return { [name]: file };
}

async function licences() {
  const packages = ["htmx.org", "lucide", "@fontsource-variable/ibm-plex-sans", "@fontsource-variable/noto-sans-sc"];
  const texts = await Promise.all(packages.map(async (name) => {
    const dir = path.dirname(require.resolve(`${name}/package.json`));
    return `${name}\n\n${await readFile(path.join(dir, "LICENSE"), "utf8")}`;
  }));
  await writeFile(path.join(dist, "LICENCES.txt"), texts.join(`\n\n${"-".repeat(72)}\n\n`));
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await mkdir(made, { recursive: true });
const fontSheets = await buildFonts(made);
await buildSteps(made);
const manifest = {
  ...(await bundle(fontSheets)),
  ...(await hashed("icons.svg", await buildSprite())),
  ...(await hashed("mark.svg", await readFile(path.join(here, "mark.svg")))),
};
await licences();
await writeFile(path.join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await rm(final, { recursive: true, force: true });
await mkdir(path.dirname(final), { recursive: true });
await rename(dist, final);
