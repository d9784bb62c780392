// What runs can leave to each other through an isolate's globals, by the manifest's `isolation`; and what code in an
// isolate finds around itself. The plugins here are not built, so that nothing but the isolate stops them.
import { describe, expect, test } from "vitest";
import type { Manifest } from "../../schemas/manifest.ts";
import { isolateName } from "../../worker/execute/load-isolate.ts";
import { useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { postWebhook, waitForRuns, webhookBody } from "../test-host.ts";

/** What the plugin's handler returns on one event of the project, as JSON. */
async function resultOn(projectId: string, eventType = "onSubmit"): Promise<unknown> {
  const answer = await postWebhook(webhookBody(projectId, { eventType }));
  const { id } = await answer.json<{ id: string }>();
  const [run] = await waitForRuns(id, 1);
  if (run?.outcome.type !== "ok") throw new Error(JSON.stringify(run?.outcome));
  return JSON.parse(run.outcome.result ?? "null");
}

// Keeps what it was given in every place that may outlive a run, and tells what it finds there.
const HOARDER = `
import { PluginCore } from "kili-edge/sdk";
let inModule = null;
export default class PluginHandler extends PluginCore {
  static kept = null;
  onSubmit() {
    const found = [inModule, globalThis.kept ?? null, PluginHandler.kept, Array.prototype.kept ?? null];
    inModule = globalThis.kept = PluginHandler.kept = Array.prototype.kept = this.projectId;
    return found;
  }
}`;

describe("isolation: what a run finds of the runs before it", () => {
  const nothing = [null, null, null, null];
  const all = (left: string): string[] => [left, left, left, left];

  test.each<[Manifest["isolation"], Record<"same" | "other", (mine: string) => unknown>]>([
    ["plugin", { same: all, other: all }],
    ["project", { same: all, other: () => nothing }],
    ["run", { same: () => nothing, other: () => nothing }],
  ])("%s", async (isolation, { same, other }) => {
    const [mine, theirs] = [`${isolation}-mine`, `${isolation}-theirs`];
    const name = `hoarder-${isolation}`;
    await useInlinePlugin({ name, projects: [mine, theirs], source: HOARDER, manifest: { isolation } });
    expect(await resultOn(mine)).toEqual(nothing);
    expect(await resultOn(mine)).toEqual(same(mine));
    expect(await resultOn(theirs)).toEqual(other(mine));
  });

  test("other plugins find nothing, also with the same code", async () => {
    for (const name of ["twin-a", "twin-b"]) await useInlinePlugin({ name, projects: [name], source: HOARDER });
    expect(await resultOn("twin-a")).toEqual(nothing);
    expect(await resultOn("twin-b")).toEqual(nothing);
  });

  test("a version from before the key is shared by the plugin", () => {
    const { isolation: _, ...key } = {
      hash: "h",
      isolation: "plugin",
      projectId: "p",
      main: "main.ts",
      generation: 0,
      place: 0,
    } as const;
    expect(isolateName(key as never)).toBe(isolateName({ ...key, isolation: "plugin" }));
  });

  test("no project's id makes another's isolate, or the plugin's", () => {
    const name = (projectId: string, generation: number) =>
      isolateName({ hash: "h", isolation: "project", projectId, main: "main.ts", generation, place: 0 });
    const names = [name("", 1), name("0", 1), name("1.0", 0), name("0", 11), name("1", 0), name(".", 1)];
    names.push(
      isolateName({ hash: "h", isolation: "plugin", projectId: "1", main: "main.ts", generation: 1, place: 0 }),
    );
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("an isolate's surroundings", () => {
  test("no environment, no way to call its own harness with props of its choice", async () => {
    const source = `
      import { PluginCore } from "kili-edge/sdk";
      import * as workers from "cloudflare:workers";
      export default class PluginHandler extends PluginCore {
        onSubmit() { return [Object.keys(workers.env ?? {}), Object.keys(workers.exports ?? {})]; }
      }`;
    await useInlinePlugin({ name: "looks-around", projects: ["looks-around"], source });
    expect(await resultOn("looks-around")).toEqual([[], []]);
  });

  test("its globals are those that were looked at: a new one of the platform's may be a way out", async () => {
    const source = `onSubmit() {
      const names = [];
      for (let at = globalThis; at !== Object.prototype; at = Object.getPrototypeOf(at))
        for (const name of Reflect.ownKeys(at)) if (typeof name === "string") names.push(name);
      const beyond = [...Object.getOwnPropertyNames(Navigator.prototype), ...Object.getOwnPropertyNames(Cloudflare)];
      return [names, beyond].map((each) => [...new Set(each)].sort().join(" "));
    }`;
    await useInlinePlugin({ name: "counts-globals", projects: ["counts-globals"], source });
    expect(await resultOn("counts-globals")).toMatchSnapshot();
  });

  test("fetch says where redirects led, as fetch does elsewhere", async () => {
    const source = `async onSubmit() {
      const seen = (response) => [response.url, response.redirected, response.type, [...response.headers.keys()].filter((name) => name.startsWith("x-kili"))];
      const to = (url) => "https://redirect.example.com/?to=" + encodeURIComponent(url);
      const followed = await fetch(to(to("https://echo.example.com/end?a=1")));
      const copy = followed.clone();
      const { url } = await followed.json();
      const direct = await fetch("https://echo.example.com/");
      await direct.text();
      const manual = await fetch(to("https://echo.example.com/"), { redirect: "manual" });
      return {
        followed: seen(followed), copy: [...seen(copy), (await copy.json()).url], url, ok: followed instanceof Response,
        direct: seen(direct), manual: [...seen(manual), manual.status],
      };
    }`;
    const manifest = {
      permissions: { kili: [], kili_projects: [], net: ["redirect.example.com", "echo.example.com"], env: [] },
    };
    await useInlinePlugin({ name: "follows", projects: ["follows"], source, manifest });
    const end = "https://echo.example.com/end?a=1";
    expect(await resultOn("follows")).toEqual({
      followed: [end, true, "default", []],
      copy: [end, true, "default", [], end],
      url: end,
      ok: true,
      direct: ["https://echo.example.com/", false, "default", []],
      manual: [expect.stringMatching(/^https:\/\/redirect\.example\.com\//), false, "default", [], 302],
    });
  });

  test("no way to the network of its own: not by a module, a prototype, a cache or a socket", async () => {
    const source = `
      import { PluginCore } from "kili-edge/sdk";
      import { connect, internalNewHttpClient } from "cloudflare:sockets";
      const url = "http://127.0.0.1:1/";
      const ways = {
        connect: () => connect("127.0.0.1:1").opened,
        client: async () => (await internalNewHttpClient(connect("127.0.0.1:1"))).fetch(url),
        prototype: () => ServiceWorkerGlobalScope.prototype.fetch.call(globalThis, url),
        cache: () => Cache.prototype.match.call({}, url),
        storage: () => CacheStorage.prototype.open.call(globalThis.caches, "x"),
        socket: () => Reflect.construct(WebSocket, ["ws://127.0.0.1:1/"]),
        events: () => new EventSource(url),
        beacon: () => navigator.sendBeacon(url),
      };
      export default class PluginHandler extends PluginCore {
        async onSubmit() {
          const out = {};
          for (const [name, way] of Object.entries(ways))
            out[name] = await Promise.race([(async () => way())().then(() => "through", () => "refused"), scheduler.wait(2000).then(() => "waits")]);
          return out;
        }
      }`;
    await useInlinePlugin({ name: "ways-out", projects: ["ways-out"], source });
    const refused = Object.fromEntries(
      ["connect", "client", "prototype", "cache", "storage", "socket", "events", "beacon"].map((way) => [
        way,
        "refused",
      ]),
    );
    expect(await resultOn("ways-out")).toEqual(refused);
  });

  test("WebAssembly, which nobody meters, is not compiled", async () => {
    const source = `async onSubmit() {
      const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
      const ways = [() => new WebAssembly.Module(empty), () => WebAssembly.compile(empty), () => WebAssembly.instantiate(empty)];
      return Promise.all(ways.map(async (way) => { try { await way(); return "compiled"; } catch (error) { return error.name; } }));
    }`;
    await useInlinePlugin({ name: "compiles", projects: ["compiles"], source });
    expect(await resultOn("compiles")).toEqual(["CompileError", "CompileError", "CompileError"]);
  });
});
