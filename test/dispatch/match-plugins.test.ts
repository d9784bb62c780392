import { describe, expect, test } from "vitest";
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import { HANDLER_TYPES } from "../../schemas/event.ts";
import { createMatcher } from "../../worker/dispatch/match-plugins.ts";
import { manifest } from "../store/rows.ts";

function plugin(name: string, events: string[]): ActivePlugin {
  const declared = manifest({ name, events });
  return {
    kind: "code",
    name,
    pluginId: name,
    versionId: name,
    hash: name,
    version: "1.0.0",
    manifest: declared,
    handlers: [],
  };
}

function namesFor(plugins: readonly ActivePlugin[], eventType: string): string[] {
  return createMatcher(plugins)(eventType).map(({ name }) => name);
}

describe("createMatcher", () => {
  const plugins = [
    plugin("submits", ["onSubmit"]),
    plugin("labels", ["labels.created.*"]),
    plugin("everything", ["*"]),
    plugin("both", ["onReview", "labels.*.review"]),
  ];

  test("a handler type reaches those that name it, in the set's order", () => {
    expect(namesFor(plugins, "onSubmit")).toEqual(["submits"]);
    expect(namesFor([plugin("b", ["onReview"]), plugin("a", ["onReview"])], "onReview")).toEqual(["b", "a"]);
  });

  test.each(HANDLER_TYPES)("%s matches no pattern", (type) => {
    expect(namesFor([plugin("everything", ["*"])], type)).toEqual([]);
  });

  test("an event name reaches the patterns that match it", () => {
    expect(namesFor(plugins, "labels.created.submit")).toEqual(["labels", "everything"]);
    expect(namesFor(plugins, "labels.created.review")).toEqual(["labels", "everything", "both"]);
  });

  test("a name nobody knows reaches only the widest patterns", () => {
    expect(namesFor(plugins, "onSomethingNew")).toEqual(["everything"]);
  });

  test("a plugin matches once however many of its patterns do", () => {
    expect(namesFor([plugin("twice", ["a.*", "a.b", "*"])], "a.b")).toEqual(["twice"]);
  });

  test("answers the same again, also after more types than it remembers", () => {
    const match = createMatcher(plugins);
    const first = match("labels.created.submit");
    for (let i = 0; i < 2_500; i++) match(`type.${i}`);
    expect(match("labels.created.submit")).toEqual(first);
    expect(match("__proto__").map(({ name }) => name)).toEqual(["everything"]);
  });
});
