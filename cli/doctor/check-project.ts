// Whether this checkout can run: Node, packages, configuration, what was built. Looks at files only.
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readDeclarations } from "../reference/read-declarations.ts";
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
    const bound = bindingsOf(wrangler.unstable_readConfig({ config: file }) as object);
    const missing = (await readWantedBindings()).filter(({ name: each, kind }) => !bound.get(kind)?.includes(each));
    const found = `no binding ${missing.map((each) => each.name).join(", ")}`;
    const mend = "take them from the project's own";
    if (missing.some(({ isOptional }) => !isOptional)) return { name, state: "bad", found, mend };
    if (missing.length > 0) return { name, state: "note", found, mend };
    return { name, state: "good", found: `binds ${[...bound.values()].flat().join(", ")}`, mend: null };
  } catch (error) {
    return {
      name,
      state: "bad",
      found: String(error).split("\n")[0] ?? "",
      mend: "mend the file, or take the project's",
    };
  }
}

/** Where a configuration has bindings, by the type that the Worker declares them with. */
const KINDS = {
  Fetcher: "assets",
  D1Database: "d1_databases",
  DurableObjectNamespace: "durable_objects",
  RateLimit: "ratelimits",
  WorkerLoader: "worker_loaders",
} as const;
type Kind = (typeof KINDS)[keyof typeof KINDS];

interface WantedBinding {
  readonly name: string;
  readonly kind: Kind;
  readonly isOptional: boolean;
}

/** What the Worker's own source declares to be bound. */
async function readWantedBindings(): Promise<WantedBinding[]> {
  const source = await readFile(join(import.meta.dirname, "..", "..", "worker", "env.ts"), "utf8");
  const members = readDeclarations(new Map([["env.ts", source]])).get("Env")?.members ?? [];
  return members.flatMap(({ name, type }) => {
    const kind = Object.entries(KINDS).find(([each]) => type.startsWith(each))?.[1];
    const isOptional = name.endsWith("?");
    // What is not always bound and not text, `start` and `serve` bring themselves.
    if (kind === undefined || (isOptional && kind === "assets")) return [];
    return [{ name: name.replace("?", ""), kind, isOptional }];
  });
}

interface Bound {
  readonly binding?: string;
  readonly name?: string;
}

/** The names that the configuration binds, by kind. */
function bindingsOf(config: object): Map<Kind, readonly string[]> {
  const given = config as { readonly [kind in Kind]?: Bound | readonly Bound[] | { bindings: readonly Bound[] } };
  return new Map(
    Object.values(KINDS).map((kind) => {
      const of = given[kind] ?? [];
      const all = "bindings" in of ? of.bindings : "length" in of ? of : [of];
      return [kind, all.flatMap((bound) => bound.binding ?? bound.name ?? [])] as const;
    }),
  );
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
