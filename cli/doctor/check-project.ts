// Whether this checkout can run: Node, packages, configuration, what was built. Looks at files only.
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "./finding.ts";

/** Wrangler's and Miniflare's own bound. */
const MIN_NODE = [22, 12] as const;

/** Looks at the project in `root`, run by Node `nodeVersion` such as "24.1.0". */
export async function checkProject(root: string, nodeVersion: string): Promise<Finding[]> {
  return [checkNode(nodeVersion), await checkConfig(root), await checkBuild(root)];
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const good = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  const mend = `run npm install here, which brings a newer one, and start commands with npm run or npx`;
  return { name: "Node", state: good ? "good" : "bad", found: version, mend: good ? null : mend };
}

async function checkConfig(root: string): Promise<Finding> {
  const file = join(root, "wrangler.toml");
  const name = "wrangler.toml";
  try {
    process.env["WRANGLER_LOG"] ??= "none";
    const wrangler = await import("wrangler");
    const { bindings } = bindingsOf(wrangler.unstable_readConfig({ config: file }) as object);
    const missing = ["ASSETS", "DB", "INBOX", "LOADER"].filter((binding) => !bindings.includes(binding));
    if (missing.length === 0) return { name, state: "good", found: `binds ${bindings.join(", ")}`, mend: null };
    return { name, state: "bad", found: `no binding ${missing.join(", ")}`, mend: "take them from the project's own" };
  } catch (error) {
    return {
      name,
      state: "bad",
      found: String(error).split("\n")[0] ?? "",
      mend: "mend the file, or take the project's",
    };
  }
}

interface Bound {
  readonly binding?: string;
  readonly name?: string;
}

/** Every binding's name that the configuration gives. */
function bindingsOf(config: object): { readonly bindings: readonly string[] } {
  const { assets, d1_databases, durable_objects, worker_loaders } = config as {
    assets?: Bound;
    d1_databases?: readonly Bound[];
    durable_objects?: { bindings: readonly Bound[] };
    worker_loaders?: readonly Bound[];
  };
  const all = [assets, ...(d1_databases ?? []), ...(durable_objects?.bindings ?? []), ...(worker_loaders ?? [])];
  return { bindings: all.map((bound) => bound?.binding ?? bound?.name ?? "").filter((text) => text !== "") };
}

async function checkBuild(root: string): Promise<Finding> {
  const name = "built plugins";
  try {
    await access(join(root, "dist", "assets", "plugins", "index.json"));
    return { name, state: "good", found: "dist/ is there", mend: null };
  } catch {
    return { name, state: "note", found: "dist/ is not there", mend: "npm run build; start does it by itself" };
  }
}
