// One sprite of the icons named in icons.json. It is a file, not part of the page, so that fragments
// fetched later may show any icon and browsers keep it. How lines are drawn is inherited from `svg.i`.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const icons = path.join(path.dirname(require.resolve("lucide/package.json")), "dist/esm/icons");

const element = ([tag, attributes]) =>
  `<${tag} ${Object.entries(attributes).map(([key, value]) => `${key}="${value}"`).join(" ")}/>`;

export async function buildSprite() {
  const names = JSON.parse(await readFile(path.join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(names.map(async (name) => {
    const { default: nodes } = await import(pathToFileURL(path.join(icons, `${name}.mjs`)).href);
    return `<symbol id="${name}" viewBox="0 0 24 24">${nodes.map(element).join("")}</symbol>`;
  }));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
