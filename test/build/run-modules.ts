// Runs modules in a plain Node process, as vitest rewrites what it imports. Reads from standard input a JSON array of
// module sources; writes a JSON array of what their default exports gave (twice) and how often they asked for fuel.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const folder = await mkdtemp(join(tmpdir(), "kili-edge-modules-"));
try {
  // No fuel at all, so that every check is taken and counted.
  const meter =
    "export let count = 0; export const refill = () => { count += 1; return 0 }; export const onDrain = () => {}; export const reset = () => { count = 0 }";
  await writeFile(join(folder, "meter.js"), meter);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const counter = await load<{ readonly count: number; readonly reset: () => void }>("meter.js");
  const answers: unknown[] = [];
  for (const [i, source] of (JSON.parse(await text(process.stdin)) as string[]).entries()) {
    await writeFile(join(folder, `module-${i}.js`), source);
    counter.reset();
    try {
      const { default: run } = await load<{ default: () => unknown }>(`module-${i}.js`);
      const first = JSON.stringify(await run());
      const checks = counter.count;
      answers.push({ gave: [first, JSON.stringify(await run())], checks });
    } catch (error) {
      answers.push({ threw: String(error) });
    }
  }
  console.log(JSON.stringify(answers));
} finally {
  await rm(folder, { recursive: true });
}

async function load<Module>(file: string): Promise<Module> {
  return (await import(pathToFileURL(join(folder, file)).href)) as Module;
}
