// `new` and `run`: what a folder begins with builds, runs, and never replaces another.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { newPlugin } from "../../cli/commands/new-plugin.ts";
import { runNew } from "../../cli/commands/run-new.ts";
import { runOnce, type OnceFlags } from "../../cli/commands/run-once.ts";
import { TEMPLATES, type Template } from "../../cli/commands/templates.ts";

const root = resolve(import.meta.dirname, "..", "..");
let into: string;
let out: string[];
let aside: string[];

beforeEach(async () => {
  into = await mkdtemp(join(tmpdir(), "kili-edge-author-"));
  [out, aside] = [[], []];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => aside.push(String(text)) > 0);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(into, { recursive: true });
});

describe("new", () => {
  const withCode = (Object.keys(TEMPLATES) as Template[]).filter((template) => template !== "webhook");

  it.each(withCode)("makes a folder from %s that builds under its new name", async (template) => {
    const made = await newPlugin({ root, name: "my-plugin", template, into, project: 'p"1' });
    if (!made.ok) throw new Error(made.failure.message);
    const built = await buildPluginFolder(made.value.folder);
    expect(built).toMatchObject({ status: "built", artifact: { manifest: { name: "my-plugin" } } });
    const toml = await readFile(join(made.value.folder, "plugin.toml"), "utf8");
    expect(toml).toContain("plugin.schema.json\n");
    if (toml.includes("projects")) expect(toml).toContain('projects = ["p\\"1"]');
  });

  it("leaves a folder alone that is there, and takes no path for a name", async () => {
    expect(await runNew({ root, name: "mine", template: "rule", into })).toBe(0);
    await writeFile(join(into, "mine", "main.ts"), "mine");
    expect(await runNew({ root, name: "mine", template: "consensus", into })).toBe(1);
    expect(aside.join("")).toMatch(/^Cannot make "mine": ".*mine" is there already, wanted/);
    expect(await readFile(join(into, "mine", "main.ts"), "utf8")).toBe("mine");
    expect(await runNew({ root, name: "../mine", template: "rule", into, json: true })).toBe(1);
    expect(JSON.parse(out.at(-1) ?? "")).toMatchObject({ error: { reason: "arguments_unclear" } });
  });

  it("makes a webhook that takes what is authorized, once", async () => {
    await newPlugin({ root, name: "hook", template: "webhook", into });
    const env = { ...process.env, WEBHOOK_TOKEN: "t", PORT: "0" };
    const child = spawn(process.execPath, [join(into, "hook", "server.ts")], { env });
    try {
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
      await vi.waitFor(() => expect(said).toMatch(/port \d+/), 20_000);
      const post = async (authorization: string, body: string, id = "dl_1"): Promise<number> => {
        const url = `http://127.0.0.1:${/port (\d+)/.exec(said)?.[1]}`;
        const init = { method: "POST", headers: { authorization, "webhook-id": id }, body };
        return (await fetch(url, init)).status;
      };
      const body = JSON.stringify({ eventType: "onSubmit", payload: {} });
      expect(await post("Bearer no", body)).toBe(401);
      expect(await post("Bearer t", "{")).toBe(400);
      expect(await post("Bearer t", body)).toBe(202);
      expect(await post("Bearer t", body)).toBe(200);
      await vi.waitFor(() => expect(said).toContain("onSubmit 2 characters"), 10_000);
      expect(said.match(/onSubmit/g)).toHaveLength(1);
    } finally {
      child.kill("SIGKILL");
      if (child.exitCode === null) await once(child, "exit");
    }
  }, 60_000);
});

describe("run", () => {
  // What is in dist was built before the tests; others read it meanwhile.
  const build: OnceFlags["build"] = () => Promise.resolve({ ok: true, value: "" });
  const flags = { root, event: "onSubmit", timeout: 60, build };

  it("runs a plugin in workerd with a label from a file, and shows what it did", async () => {
    const box = { type: "rectangle", categories: [{ name: "OBJECT_A" }] };
    const label = join(into, "label.json");
    await writeFile(label, JSON.stringify({ JOB_0: { annotations: [box, box] } }));
    const code = await runOnce({ ...flags, folder: join(root, "plugins", "bbox-count"), label });
    expect([aside.join(""), code]).toEqual(["", 0]);
    expect(out.join("")).toContain("There are too many boxes of OBJECT_A: 2");
    expect(out.join("")).toContain("dry run would open 1 issue on asset");
  }, 120_000);

  it("says where a plugin does not build, and starts nothing", async () => {
    await newPlugin({ root, name: "broken", template: "rule", into });
    await writeFile(join(into, "broken", "main.ts"), "export default class {");
    const build = vi.fn<OnceFlags["build"]>();
    expect(await runOnce({ ...flags, folder: join(into, "broken"), build })).toBe(1);
    expect(aside.join("")).toMatch(/does not build:\n\n.*main\.ts:1:/);
    expect(build).not.toHaveBeenCalled();
  });

  it("refuses a label that is none", async () => {
    const folder = join(root, "plugins", "bbox-count");
    expect(await runOnce({ ...flags, folder, label: join(into, "nothing.json") })).toBe(1);
    expect(aside.join("")).toMatch(/^Cannot run with --label ".*": found ENOENT, wanted a label/);
  });
});
