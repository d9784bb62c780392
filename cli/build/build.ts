// `npm run build`: the guest modules, the builder of uploads, the dashboard's files and every plugin, into dist/. A
// broken plugin never stops the others: it is written as failed, for the host to register with its errors. Nor does it
// stop a deploy, unless --check makes it an exit code.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { formatProblem } from "../../worker/build/format-problem.ts";
import { buildBuilder, builderHashSource } from "./build-builder.ts";
import { buildGuest, guestModulesSource } from "./build-guest.ts";
import { buildPages, pageAssetsSource } from "./build-pages.ts";
import { buildPython } from "./build-python.ts";
import { buildPlugins, listPluginFolders } from "./build-plugins.ts";
import { writePlugins } from "./write-plugins.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const command = new Command("build")
  .description("Builds the guest modules and the plugins into dist/")
  .option("--plugins <dir>", "folder of plugin folders", join(project, "plugins"))
  .option("--out <dir>", "where to write", join(project, "dist"))
  .option("--check", "exit with 1 when a plugin does not build", false)
  .option("--json", "print one JSON document instead of text", false)
  .parse();
const options = command.opts<{ check: boolean; json: boolean; plugins: string; out: string }>();

if (!existsSync(options.plugins))
  command.error(`Cannot build plugins: found no folder "${options.plugins}", wanted one`);

const guest = await guestModulesSource(await buildGuest(join(project, "plugins", "sdk")));
await mkdir(options.out, { recursive: true });
await writeFile(join(options.out, "guest-modules.ts"), guest);
const builderHash = await buildBuilder(project, join(options.out, "assets"));
await writeFile(join(options.out, "builder-hash.ts"), builderHashSource(builderHash));
const pageAssets = await buildPages(project, join(options.out, "assets"));
await writeFile(join(options.out, "page-assets.ts"), pageAssetsSource(pageAssets));
await writeFile(join(options.out, "python-runtime.ts"), await buildPython(project, options.out));

const results = await buildPlugins(await listPluginFolders(options.plugins));
await writePlugins(results, join(options.out, "assets", "plugins"));
const failed = results.filter((result) => result.status === "failed");
if (options.check && failed.length > 0) process.exitCode = 1;
if (options.json) {
  const said = results.map((result) =>
    result.status === "built"
      ? { name: result.artifact.manifest.name, status: result.status, problems: [] }
      : { name: result.name, status: result.status, problems: result.problems },
  );
  console.log(JSON.stringify(said, null, 2));
} else {
  for (const result of failed) {
    console.error(`Plugin "${result.name}" does not build:`);
    for (const problem of result.problems) console.error(`${formatProblem(problem)}\n`);
  }
  console.log(`Built ${results.length - failed.length} of ${results.length} plugins`);
}
