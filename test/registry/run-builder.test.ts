// The builder's isolate, real and played: whatever it does, one result comes back, and a bad isolate is left behind.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { artifact, manifest } from "../store/rows.ts";
import { hashText } from "../../worker/build/hash-text.ts";
import { runBuilder } from "../../worker/registry/run-builder.ts";
import { zip } from "../zip.ts";

const { LOADER, ASSETS } = env;
const FACTS = { pluginName: "p", handlerTypes: ["onSubmit"], eventMatcher: [] };
const MAIN = `import { PluginCore } from "kili-edge/sdk";
export default class PluginHandler extends PluginCore { async onSubmit() { return 1; } }`;

const streamOf = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]).stream();

/** A loader whose builder does this, and the names it was asked for. */
function playedLoader(answer: (request: Request) => Promise<Response>): { LOADER: WorkerLoader; names: string[] } {
  const names: string[] = [];
  const played = {
    get(name: string) {
      names.push(name);
      return {
        getEntrypoint: () => ({ fetch: (url: string, init: RequestInit) => answer(new Request(url, init)) }),
      };
    },
  };
  return { LOADER: played as unknown as WorkerLoader, names };
}

async function problemsOf(loader: WorkerLoader, limitMs?: number): Promise<string[]> {
  const result = await runBuilder(streamOf(new Uint8Array(3)), FACTS, { LOADER: loader, ASSETS }, limitMs);
  return result.status === "failed" ? result.problems.map(({ message }) => message) : [];
}

describe("runBuilder", () => {
  it("builds in its isolate, several at once", async () => {
    const archive = await zip({ "main.ts": MAIN });
    const builds = await Promise.all(
      Array.from({ length: 4 }, () => runBuilder(streamOf(archive), FACTS, { LOADER, ASSETS })),
    );
    for (const build of builds) expect(build).toMatchObject({ status: "built", artifact: { handlers: ["onSubmit"] } });
    expect(new Set(builds.map((build) => JSON.stringify(build))).size).toBe(1);
  });

  it("gives a builder no network: what it would import from elsewhere is an error at its place", async () => {
    const archive = await zip({ "main.ts": `import "https://esm.sh/x";\n${MAIN}` });
    const result = await runBuilder(streamOf(archive), FACTS, { LOADER, ASSETS });
    expect(result).toMatchObject({ status: "failed", problems: [{ file: "main.ts", line: 1, column: 8 }] });
  });

  it("survives code that the bundler cannot follow, and builds the next", async () => {
    const deep = `${MAIN}\nexport const x = ${"[".repeat(300_000)}${"]".repeat(300_000)};`;
    const archive = streamOf(await zip({ "main.ts": deep }, 0));
    const result = await runBuilder(archive, FACTS, { LOADER, ASSETS }, 3_000);
    expect(result.status === "failed" && result.problems[0]?.message).toMatch(/^Cannot build plugin/);
    const next = await runBuilder(streamOf(await zip({ "main.ts": MAIN })), FACTS, { LOADER, ASSETS });
    expect(next).toMatchObject({ status: "built" });
  });

  it("ends a builder that does not, and builds the next in another isolate", async () => {
    const played = playedLoader(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
    );
    const expected = ["Cannot build plugin: found it building after 50 ms, wanted it done"];
    expect(await problemsOf(played.LOADER, 50)).toEqual(expected);
    expect(await problemsOf(played.LOADER, 50)).toEqual(expected);
    expect(new Set(played.names).size).toBe(2);
  });

  it.each<[what: string, answer: () => Promise<Response>]>([
    ["throws", async () => Promise.reject(new Error("Failed to start Worker"))],
    ["answers with an error", async () => new Response("no", { status: 500 })],
    ["answers nonsense", async () => new Response("{")],
    ["answers without a result", async () => Response.json({ status: "built" })],
  ])("survives a builder that %s", async (_, answer) => {
    const [problem] = await problemsOf(playedLoader(answer).LOADER);
    expect(problem).toBe("Cannot build plugin: the builder ended without a result; the host's log says why");
  });

  it("takes no result about another plugin, and no code under another's hash", async () => {
    const code = "export default class {}";
    const own = manifest({ name: "p" });
    const hash = await hashText(`${JSON.stringify(own)}\n${code}`);
    const said = async (result: unknown) => problemsOf(playedLoader(async () => Response.json(result)).LOADER);
    const refused = ["Cannot build plugin: found another plugin's result"];
    expect(await said({ status: "built", artifact: artifact({ hash, code, manifest: own }) })).toEqual([]);
    expect(await said({ status: "built", artifact: artifact({ hash, code: "evil()", manifest: own }) })).toEqual(
      refused,
    );
    expect(await said({ status: "built", artifact: artifact({ manifest: manifest({ name: "q" }) }) })).toEqual(refused);
  });
});
