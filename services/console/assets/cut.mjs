// A worker that cuts fonts: workerData is a list of { source, file, range, options }.
import { readFile, writeFile } from "node:fs/promises";
import { workerData } from "node:worker_threads";
import subsetFont from "subset-font";

function characters(range) {
  const points = range.split(",").flatMap((part) => {
    const [from, to] = part.trim().slice(2).split("-").map((hex) => parseInt(hex, 16));
    return Array.from({ length: (to ?? from) - from + 1 }, (_, step) => from + step);
  });
  return String.fromCodePoint(...points);
}

for (const { source, file, range, options } of workerData) {
  const font = await subsetFont(await readFile(source), characters(range), { targetFormat: "woff2", ...options });
  await writeFile(file, font);
}
