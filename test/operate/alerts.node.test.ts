// docs/alerts.yml: rules that Prometheus would take, about metrics that there are.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import * as v from "valibot";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { toCounterFamilies } from "../../worker/operate/to-counter-families.ts";
import { toGaugeFamilies } from "../../worker/operate/to-gauge-families.ts";

const docs = join(import.meta.dirname, "..", "..", "docs");

const RulesSchema = v.strictObject({
  groups: v.array(
    v.strictObject({
      name: v.string(),
      rules: v.array(
        v.strictObject({
          alert: v.string(),
          expr: v.string(),
          for: v.optional(v.pipe(v.string(), v.regex(/^\d+[smhd]$/))),
          labels: v.strictObject({ severity: v.picklist(["page", "ticket"]) }),
          annotations: v.strictObject({ summary: v.string() }),
        }),
      ),
    }),
  ),
});

const rules = v
  .parse(RulesSchema, parse(readFileSync(join(docs, "alerts.yml"), "utf8")))
  .groups.flatMap((group) => group.rules);

const status = {
  database: { bytes: 0, oldestEventAt: null, deadLetters: 0, pausesOpen: 0, pausesQuarantined: 0, projects: 0 },
  ...{ inboxes: [], silent: [] },
};
const families = [...toCounterFamilies([]), ...toGaugeFamilies(status, 0)];
const ENDINGS = {
  counter: ["_total"],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum"],
  summary: ["_count", "_sum"],
};
const known = new Set(families.flatMap(({ name, type }) => ENDINGS[type].map((ending) => name + ending)));

test.each(rules)("$alert is a query about metrics of this host", ({ expr }) => {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter({ name, from, to, type }) {
      expect(type.isError, `${expr} at ${from}`).toBe(false);
      if (name === "Identifier") names.push(expr.slice(from, to));
    },
  });
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => name !== "up" && !known.has(name))).toEqual([]);
});

test("docs/operations.md names metrics of this host only", () => {
  const text = readFileSync(join(docs, "operations.md"), "utf8");
  const named = new Set(text.match(/\bkili_edge_[a-z_]+/g));
  const names = new Set([...known, ...families.map(({ name }) => name)]);
  expect(named.size).toBeGreaterThan(15);
  expect([...named].filter((name) => !names.has(name) && !name.endsWith("_"))).toEqual([]);
});
