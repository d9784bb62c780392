import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { MAX_ERROR_CHARS } from "../worker/limits.ts";
import { log } from "../worker/log.ts";

afterEach(() => vi.restoreAllMocks());

/** What a call prints, as a line's reader takes it. */
function printed(method: "log" | "warn" | "error", print: () => void): unknown {
  const spy = vi.spyOn(console, method).mockImplementation(() => {});
  print();
  expect(spy).toHaveBeenCalledOnce();
  const [line, ...more] = (spy.mock.calls[0] ?? []) as unknown[];
  spy.mockRestore();
  expect(more).toEqual([]);
  expect(line).not.toContain("\n");
  return JSON.parse(String(line));
}

describe("log", () => {
  test("prints one line of JSON with level, message and fields", () => {
    const line = printed("log", () => log("info", "old rows deleted", { project: "demo\n", rows: 3 }));
    expect(line).toEqual({ level: "info", message: "old rows deleted", project: "demo\n", rows: 3 });
    expect(printed("warn", () => log("warning", "late"))).toEqual({ level: "warning", message: "late" });
  });

  test("no field passes for level or message", () => {
    const line = printed("error", () => log("error", "true words", { level: "info", message: "other words" }));
    expect(line).toEqual({ level: "error", message: "true words" });
  });

  test("writes an error by its name, message, stack and cause, and bounds them", () => {
    const error = new TypeError("x".repeat(MAX_ERROR_CHARS * 2), { cause: new Error("beneath") });
    const line = printed("error", () => log("error", "failed", { run: "run_1", error })) as Record<string, unknown>;
    const facts = line["error"] as Record<string, string>;
    expect(line["run"]).toBe("run_1");
    expect([facts["name"], facts["cause"]]).toEqual(["TypeError", "beneath"]);
    expect(facts["message"]).toHaveLength(MAX_ERROR_CHARS);
    expect(facts["stack"]?.length).toBeLessThanOrEqual(MAX_ERROR_CHARS);
  });

  test("leaves out what a failed query was asked with", async () => {
    const failing = drizzle(env.DB)
      .select()
      .from(sqliteTable("nowhere", { name: text("name") }));
    const query = failing.where(sql`name = ${"the secret\n    at heart"} AND name = ${"more"}`);
    const error: unknown = await query.catch((caught: unknown) => caught);
    expect(String(error)).toContain("the secret");
    const line = JSON.stringify(printed("error", () => log("error", "failed", { error })));
    expect(line).not.toMatch(/the secret|heart|more/);
    expect(line).toContain("Failed query");
    expect(line).toContain("no such table: nowhere");
  });

  test("takes whatever was thrown", () => {
    expect(printed("error", () => log("error", "failed", { error: null }))).toMatchObject({
      error: { message: "null" },
    });
    expect(printed("error", () => log("error", "failed", { error: "text" }))).toMatchObject({
      error: { message: "text" },
    });
  });
});
