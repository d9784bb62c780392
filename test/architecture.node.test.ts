// The import table: which room may import which. docs/architecture.md says why the rooms are as they are.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

interface Rule {
  /** Rooms of ours; a trailing " (types)" allows `import type` only. A room may always import itself. */
  readonly rooms: readonly string[];
  /** Packages; without it, any. */
  readonly packages?: readonly string[];
  /** Modules of the platform, such as `node:fs`; without it, none. */
  readonly platform?: readonly string[];
}

// What any room of the host may use: files beside index.ts that know no room.
const FRAME = [
  "schemas",
  "worker/env",
  "worker/limits",
  "worker/equal-secrets",
  "worker/client-address",
  "worker/failed-attempts",
  "worker/drain",
  "worker/solitude",
  "worker/log",
  "worker/retention-days",
];
const WORKERS = { platform: ["cloudflare:"] };

const TABLE: Readonly<Record<string, Rule>> = {
  schemas: { rooms: [], packages: ["valibot"] },
  "plugins/sdk": { rooms: ["schemas (types)"], packages: [], platform: ["cloudflare:workers", "node:async_hooks"] },
  "plugins/python": { rooms: ["plugins/sdk", "schemas (types)"], packages: [], platform: ["cloudflare:workers"] },
  "plugins/*": { rooms: ["plugins/sdk"] },
  "worker/limits": { rooms: [], packages: [] },
  "worker/env": { rooms: ["schemas"], packages: [] },
  "worker/equal-secrets": { rooms: [], packages: [] },
  "worker/api-headers": { rooms: [], packages: ["hono"] },
  "worker/client-address": { rooms: ["worker/env"], packages: ["ipaddr.js"] },
  "worker/failed-attempts": { rooms: ["worker/limits"], packages: [] },
  "worker/drain": { rooms: [], packages: [] },
  "worker/solitude": { rooms: ["worker/limits"], packages: [] },
  "worker/retention-days": { rooms: ["worker/env", "worker/limits"], packages: [] },
  "worker/log": { rooms: ["worker/limits"], packages: [] },
  "worker/store": { rooms: FRAME },
  "worker/kili": { rooms: FRAME, ...WORKERS },
  "worker/build": { rooms: ["schemas", "worker/limits"] },
  // dist: what the build writes for the host to load into isolates.
  "worker/execute": { rooms: [...FRAME, "worker/store", "worker/kili", "worker/build (types)", "dist"], ...WORKERS },
  "worker/registry": { rooms: [...FRAME, "worker/store", "worker/execute", "worker/build", "dist"], ...WORKERS },
  "worker/dispatch": { rooms: [...FRAME, "worker/store", "worker/execute"], ...WORKERS },
  "worker/trial": {
    rooms: [...FRAME, "worker/store", "worker/execute", "worker/dispatch", "worker/kili", "worker/build"],
    ...WORKERS,
  },
  "worker/accept": { rooms: FRAME },
  "worker/backfill": { rooms: [...FRAME, "worker/accept", "worker/store", "worker/kili"] },
  "worker/operate": { rooms: [...FRAME, "worker/store"] },
  "worker/graphql": { rooms: [...FRAME, "worker/store", "worker/build", "worker/kili"] },
  "worker/health": { rooms: [...FRAME, "worker/store"] },

  // What machines are told and what people are shown is said once: pages take the API's words for it.
  "worker/pages": { rooms: [...FRAME, "worker/store", "worker/build", "worker/graphql", "dist"] },
  browser: { rooms: [], packages: [] },
  worker: {
    rooms: [
      ...FRAME,
      "worker/api-headers",
      ...[
        "accept",
        "backfill",
        "build",
        "dispatch",
        "execute",
        "graphql",
        "health",
        "kili",
        "operate",
        "pages",
        "registry",
        "store",
        "trial",
      ].map((room) => `worker/${room}`),
    ],
    ...WORKERS,
  },
  cli: { rooms: ["schemas", "worker/limits", "worker/build"], platform: ["node:"] },
};

const COMPUTED = "a computed module";

interface Import {
  readonly from: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = globSync("{browser,cli,plugins,schemas,worker}/**/*.{ts,tsx,mjs}", { cwd: root }).filter(
  (file) => !file.endsWith(".d.ts"),
);

/** The room of a file, by its path from the root: `worker/store`, `plugins/bbox-count`, `cli`. */
function roomOf(file: string): string {
  const [first = "", second = "", third] = file.split("/");
  if (third !== undefined && (first === "worker" || first === "plugins")) return `${first}/${second}`;
  if (first === "worker" && second !== "index.ts") return `worker/${second.replace(/\.ts$/, "")}`;
  return first;
}

function ruleFor(room: string): Rule | undefined {
  return TABLE[room] ?? (room.startsWith("plugins/") ? TABLE["plugins/*"] : undefined);
}

/** Every import of a file: static, dynamic, re-exports and `import("…")` types. */
function importsOf(file: string, source: string): Import[] {
  const parsed = parseSync(file, source, { lang: file.endsWith(".tsx") ? "tsx" : "ts" });
  expect(parsed.errors, file).toEqual([]);
  const found: Import[] = [];
  const add = (target: string, typeOnly: boolean) => found.push({ from: file, target, typeOnly });
  new Visitor({
    ImportDeclaration: (node) =>
      add(
        node.source.value,
        node.importKind === "type" ||
          (node.specifiers.length > 0 &&
            node.specifiers.every((each) => each.type === "ImportSpecifier" && each.importKind === "type")),
      ),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node.source.value, node.exportKind === "type");
    },
    ExportAllDeclaration: (node) => add(node.source.value, node.exportKind === "type"),
    TSImportType: (node) => add(node.source.value, true),
    ImportExpression: (node) => {
      add(node.source.type === "Literal" ? String(node.source.value) : COMPUTED, false);
    },
  }).visit(parsed.program);
  return found;
}

/** Why an import is not in the table, or null. */
function objection({ from, target, typeOnly }: Import): string | null {
  const room = roomOf(from);
  const rule = ruleFor(room);
  if (rule === undefined) return `${from}: room "${room}" is not in the table`;
  // A module chosen at run time could be any room's.
  if (target === COMPUTED) return `${from} imports ${target}: wanted a name that can be read`;
  if (target === "kili-edge/sdk") return allowsRoom(rule, "plugins/sdk", typeOnly) ? null : `${from} imports ${target}`;
  if (target.startsWith(".")) {
    const other = roomOf(relative(root, join(root, dirname(from), target)));
    if (other === room || allowsRoom(rule, other, typeOnly)) return null;
    return `${from} imports ${target}: room "${room}" may not import "${other}"`;
  }
  if (/^[a-z]+:/.test(target)) {
    const allowed = rule.platform?.some((prefix) => target.startsWith(prefix)) ?? false;
    return allowed ? null : `${from} imports ${target}: room "${room}" is not for that platform`;
  }
  const name = target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
  if (rule.packages === undefined || rule.packages.includes(name)) return null;
  return `${from} imports ${target}: room "${room}" may not use packages`;
}

function allowsRoom(rule: Rule, other: string, typeOnly: boolean): boolean {
  return rule.rooms.includes(other) || (typeOnly && rule.rooms.includes(`${other} (types)`));
}

describe("the import table", () => {
  it("covers every file of the rooms", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => ruleFor(roomOf(file)) === undefined)).toEqual([]);
  });

  it("is kept by every import", () => {
    const objections = files
      .flatMap((file) => importsOf(file, readFileSync(join(root, file), "utf8")))
      .map(objection)
      .filter((each) => each !== null);
    expect(objections).toEqual([]);
  });

  it.each([
    ["a static import", `import { x } from "../graphql/y.ts";`],
    ["a type import", `import type { X } from "../graphql/y.ts";`],
    ["an inline type", `type X = import("../graphql/y.ts").X;`],
    ["a re-export", `export * from "../graphql/y.ts";`],
    ["a dynamic import", `const x = await import("../graphql/y.ts");`],
    ["a computed import", "const x = await import(`../${name}.ts`);"],
    ["a Node module", `import { readFile } from "node:fs/promises";`],
  ])("objects to %s out of a leaf", (_, source) => {
    const objections = importsOf("worker/store/z.ts", source).map(objection);
    expect(objections).toHaveLength(1);
    expect(objections[0]).toContain("worker/store/z.ts");
  });

  it("lets the SDK take types from schemas, and nothing else", () => {
    const verdict = (source: string) => importsOf("plugins/sdk/z.ts", source).map(objection);
    expect(verdict(`import type { LogLevel } from "../../schemas/run.ts";`)).toEqual([null]);
    expect(verdict(`import { LOG_LEVELS } from "../../schemas/run.ts";`)).toHaveLength(1);
    expect(verdict(`import { LOG_LEVELS } from "../../schemas/run.ts";`)).not.toEqual([null]);
    expect(verdict(`import * as v from "valibot";`)).not.toEqual([null]);
  });
});
