import { beforeEach, describe, expect, test } from "vitest";
import { listActivePlugins } from "../../worker/store/list-active-plugins.ts";
import { listProjects } from "../../worker/store/list-projects.ts";
import { makeCurrent } from "../../worker/store/make-current.ts";
import { readArtifact } from "../../worker/store/read-artifact.ts";
import { readSetting } from "../../worker/store/read-setting.ts";
import { readSourceMap } from "../../worker/store/read-source-map.ts";
import { recordAudit } from "../../worker/store/record-audit.ts";
import { recordBuildFailure } from "../../worker/store/record-build-failure.ts";
import { recordProject } from "../../worker/store/record-project.ts";
import { recordVersion } from "../../worker/store/record-version.ts";
import { setActivation } from "../../worker/store/set-activation.ts";
import { writeSetting } from "../../worker/store/write-setting.ts";
import { artifact, auditRow, manifest, NOW } from "./rows.ts";
import { countRows, db, emptyDatabase } from "./test-db.ts";

beforeEach(emptyDatabase);

const HASH_B = "b".repeat(64);

async function register(name: string, projects: string[], hash = "a".repeat(64)) {
  const built = artifact({ hash, manifest: manifest({ name, projects }) });
  const recorded = await recordVersion(db, { artifact: built, now: NOW });
  await makeCurrent(db, { ...recorded, projects, now: NOW });
  return recorded;
}

async function plugin(name: string) {
  return db.prepare("SELECT * FROM plugins WHERE name = ?").bind(name).first();
}

const activeNames = async (projectId: string) => (await listActivePlugins(db, projectId)).map(({ name }) => name);

describe("recordVersion", () => {
  test("creates a plugin that is not current yet", async () => {
    const { pluginId } = await recordVersion(db, { artifact: artifact(), now: NOW });
    expect(await plugin("bbox-count")).toMatchObject({ id: pluginId, status: "DEPLOYING", version_id: null });
    expect(await listActivePlugins(db, "demo")).toEqual([]);
  });

  test("gives the same ids for the same artifact, also when two start at once", async () => {
    const record = () => recordVersion(db, { artifact: artifact(), now: NOW });
    const [first, second] = await Promise.all([record(), record()]);
    expect(second).toEqual(first);
    expect(await record()).toEqual(first);
    expect(await countRows("versions")).toBe(1);
    expect(await countRows("plugins")).toBe(1);
  });

  test("a second version keeps the plugin's id", async () => {
    const first = await recordVersion(db, { artifact: artifact(), now: NOW });
    const second = await recordVersion(db, { artifact: artifact({ hash: HASH_B }), now: NOW });
    expect(second.pluginId).toBe(first.pluginId);
    expect(second.versionId).not.toBe(first.versionId);
  });

  test("code and map larger than a row come back whole", async () => {
    const code = `/* ${"€😀x".repeat(300_000)} */`;
    await recordVersion(db, { artifact: artifact({ code, sourceMap: "m".repeat(1_500_000) }), now: NOW });
    expect(await countRows("artifact_chunks")).toBe(5);
    expect((await readArtifact(db, "a".repeat(64)))?.code).toBe(code);
    expect((await readSourceMap(db, "a".repeat(64)))?.length).toBe(1_500_000);
  });

  test("an unknown hash has neither code nor map", async () => {
    expect(await readArtifact(db, HASH_B)).toBeNull();
    expect(await readSourceMap(db, HASH_B)).toBeNull();
  });
});

describe("makeCurrent", () => {
  test("activates where the manifest says", async () => {
    const { versionId, pluginId } = await register("bbox-count", ["demo"]);
    expect(await plugin("bbox-count")).toMatchObject({ status: "ACTIVE", version_id: versionId });
    expect(await listActivePlugins(db, "demo")).toEqual([
      {
        name: "bbox-count",
        pluginId,
        versionId,
        kind: "code",
        hash: "a".repeat(64),
        version: "1.0.0",
        manifest: manifest({ projects: ["demo"] }),
        handlers: ["onSubmit"],
        shadow: false,
      },
    ]);
    expect(await listActivePlugins(db, "other")).toEqual([]);
  });

  test("a redeploy never undoes an operator's deactivation", async () => {
    await register("bbox-count", ["demo"]);
    await setActivation(db, { pluginName: "bbox-count", projectId: "demo", mode: "off", now: NOW });
    await register("bbox-count", ["demo"], HASH_B);
    expect(await activeNames("demo")).toEqual([]);
  });

  test("is audited when something changed, and not at each start", async () => {
    await register("bbox-count", ["demo"]);
    await register("bbox-count", ["demo"]);
    await register("bbox-count", ["demo"], HASH_B);
    const rows = await db.prepare("SELECT actor, action, detail FROM audit ORDER BY detail").all();
    expect(rows.results).toEqual([
      { actor: "deploy", action: "registered", detail: "1.0.0 (aaaaaaaaaaaa)" },
      { actor: "deploy", action: "registered", detail: "1.0.0 (bbbbbbbbbbbb)" },
    ]);
  });

  test("takes more projects than a statement takes parameters", async () => {
    const projects = Array.from({ length: 250 }, (_, index) => `p${index}`);
    await register("bbox-count", projects);
    expect(await activeNames("p249")).toEqual(["bbox-count"]);
  });
});

describe("listActivePlugins", () => {
  test("is ordered by name, and a project's own row wins over *", async () => {
    await register("zebra", ["*"]);
    await register("ant", ["*"], HASH_B);
    await register("mole", ["demo"], "c".repeat(64));
    expect(await activeNames("demo")).toEqual(["ant", "mole", "zebra"]);
    expect(await activeNames("elsewhere")).toEqual(["ant", "zebra"]);
    await setActivation(db, { pluginName: "zebra", projectId: "demo", mode: "off", now: NOW });
    await setActivation(db, { pluginName: "mole", projectId: "*", mode: "off", now: NOW });
    expect(await activeNames("demo")).toEqual(["ant", "mole"]);
  });

  test("leaves archived plugins out, whose name is free again", async () => {
    const { pluginId } = await register("bbox-count", ["demo"]);
    await db.prepare("UPDATE plugins SET archived_at = 1 WHERE id = ?").bind(pluginId).run();
    expect(await activeNames("demo")).toEqual([]);
    expect((await register("bbox-count", ["demo"])).pluginId).not.toBe(pluginId);
    expect(await activeNames("demo")).toEqual(["bbox-count"]);
  });
});

describe("setActivation", () => {
  test("refuses an unknown plugin and audits nothing", async () => {
    const result = await setActivation(db, { pluginName: "nobody", projectId: "demo", mode: "live", now: NOW });
    expect(result).toEqual({ ok: false, failure: "unknown_plugin" });
    expect(await countRows("activations")).toBe(0);
    expect(await countRows("audit")).toBe(0);
  });

  test("succeeds again, and says who did it", async () => {
    const { pluginId } = await register("bbox-count", []);
    const change = { pluginName: "bbox-count", projectId: "demo", mode: "live", now: NOW, actor: "key:admin" } as const;
    expect(await setActivation(db, change)).toEqual({ ok: true, value: { pluginId } });
    expect(await setActivation(db, change)).toEqual({ ok: true, value: { pluginId } });
    expect(await activeNames("demo")).toEqual(["bbox-count"]);
    const audited = await db.prepare("SELECT * FROM audit WHERE action = 'activated'").first();
    expect(audited).toMatchObject({ actor: "key:admin", plugin_name: "bbox-count", project_id: "demo" });
  });
});

describe("recordBuildFailure", () => {
  const problem = { file: "main.ts", line: 3, column: 7, message: 'Unexpected "}"', frame: "3 | }" };

  test("creates a new plugin as FAILED, with its errors", async () => {
    await recordBuildFailure(db, { name: "broken", problems: [problem, { ...problem, line: 9 }], now: NOW });
    expect(await plugin("broken")).toMatchObject({ status: "FAILED", version_id: null });
    expect(await countRows("build_errors")).toBe(2);
    expect(await db.prepare("SELECT * FROM build_errors").first()).toMatchObject({ ...problem, created_at: NOW });
    expect(await db.prepare("SELECT action FROM audit").first("action")).toBe("build_failed");
  });

  test("an existing version keeps running, and a good build makes it ACTIVE again", async () => {
    await register("bbox-count", ["demo"]);
    await recordBuildFailure(db, { name: "bbox-count", problems: [problem], now: NOW });
    expect(await plugin("bbox-count")).toMatchObject({ status: "FAILED" });
    expect(await activeNames("demo")).toEqual(["bbox-count"]);
    await register("bbox-count", ["demo"]);
    expect(await plugin("bbox-count")).toMatchObject({ status: "ACTIVE" });
  });
});

describe("small facts", () => {
  test("recordProject and listProjects", async () => {
    await recordProject(db, "b", NOW);
    await recordProject(db, "a", NOW);
    await recordProject(db, "b", NOW + 1);
    expect(await listProjects(db)).toEqual(["a", "b"]);
    expect(await db.prepare("SELECT first_seen_at FROM projects WHERE id = 'b'").first("first_seen_at")).toBe(NOW);
  });

  test("readSetting and writeSetting", async () => {
    expect(await readSetting(db, "k")).toBeNull();
    await writeSetting(db, "k", "1");
    await writeSetting(db, "k", "2");
    expect(await readSetting(db, "k")).toBe("2");
  });

  test("recordAudit, twice the same row", async () => {
    await recordAudit(db, auditRow());
    await recordAudit(db, auditRow());
    expect(await countRows("audit")).toBe(1);
  });
});
