// Numbers for the style sheet without style attributes: the content security policy allows none.
// data-p is a share in percent, data-f and data-l a start and a length in quarter hours of a day.
import { writeFile } from "node:fs/promises";
import path from "node:path";

const steps = (attribute, property, last) =>
  Array.from({ length: last + 1 }, (_, n) => `[data-${attribute}="${n}"]{--${property}:${n}}`).join("");

export async function buildSteps(out) {
  const rules = steps("p", "p", 100) + steps("f", "f", 100) + steps("l", "l", 100);
  await writeFile(path.join(out, "steps.css"), `@layer components{${rules}}\n`);
}
