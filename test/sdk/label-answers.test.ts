// annotationsOf, countByCategory, categoriesOf and textOf: what a label says, job by job.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  annotationsOf,
  categoriesOf,
  countByCategory,
  textOf,
  type Annotation,
  type JsonResponse,
} from "kili-edge/sdk";

const JOBS = ["JOB_0", "JOB_1", "constructor"];
// Names that every object has something under are names of classes like any other.
const CLASSES = ["CAR", "TREE", "constructor", "__proto__"];
const TYPES = ["rectangle", "polygon"];

const annotations: fc.Arbitrary<Annotation> = fc.record(
  {
    type: fc.constantFrom(...TYPES),
    categories: fc.array(fc.record({ name: fc.constantFrom(...CLASSES) }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const answers: fc.Arbitrary<JsonResponse> = fc.dictionary(
  fc.constantFrom(...JOBS),
  fc.record({ annotations: fc.array(annotations, { maxLength: 6 }) }, { requiredKeys: [] }),
);

const car: Annotation = { mid: "1", type: "rectangle", categories: [{ name: "CAR" }] };
const tree: Annotation = { mid: "2", type: "polygon", categories: [{ name: "TREE" }] };
const carTree: Annotation = { mid: "3", type: "rectangle", categories: [{ name: "CAR" }, { name: "TREE" }] };
const bare: Annotation = { mid: "4" };
const jsonResponse: JsonResponse = {
  JOB_0: { annotations: [car, tree] },
  COMMENT: { text: "  blurred\n" },
  JOB_1: { annotations: [carTree, bare] },
  WEATHER: { categories: [{ name: "RAIN", confidence: 90 }, { name: "NIGHT" }] },
};

describe("annotationsOf", () => {
  it.each([
    ["without conditions, all", {}, [car, tree, carTree, bare]],
    ["of a job", { job: "JOB_1" }, [carTree, bare]],
    ["of a class, be it not the first", { category: "TREE" }, [tree, carTree]],
    ["of a type", { type: "polygon" }, [tree]],
    ["of a job, class and type", { job: "JOB_0", category: "CAR", type: "rectangle" }, [car]],
    ["of a job that was not answered", { job: "JOB_9" }, []],
    ["of a job without objects", { job: "COMMENT" }, []],
    ["of a job named like what every object has", { job: "constructor" }, []],
  ])("%s", (_, conditions, found) => {
    expect(annotationsOf({ jsonResponse }, conditions)).toEqual(found);
  });

  it.each<[string, Parameters<typeof annotationsOf>[0]]>([
    ["a label without content", {}],
    ["an empty label", { jsonResponse: {} }],
    ["a video label", { jsonResponse: { "0": { JOB_0: { annotations: [car] } } } }],
  ])("finds none in %s", (_, label) => {
    expect(annotationsOf(label)).toEqual([]);
  });

  it("divides a label's objects by job without losing or doubling any", () => {
    fc.assert(
      fc.property(answers, (content) => {
        const label = { jsonResponse: content };
        const byJob = Object.keys(content).flatMap((job) => annotationsOf(label, { job }));
        expect(byJob).toEqual(annotationsOf(label));
      }),
    );
  });
});

describe("countByCategory", () => {
  it("counts an object of several classes for each, and one without for none", () => {
    expect(Object.fromEntries(countByCategory(annotationsOf({ jsonResponse })))).toEqual({ CAR: 2, TREE: 2 });
  });

  it("counts for each class the objects that annotationsOf finds of it", () => {
    fc.assert(
      fc.property(answers, (content) => {
        const label = { jsonResponse: content };
        const counts = countByCategory(annotationsOf(label));
        for (const category of CLASSES)
          expect(counts.get(category) ?? 0).toBe(annotationsOf(label, { category }).length);
      }),
    );
  });
});

it.each([
  ["chosen classes, in order", jsonResponse, "WEATHER", ["RAIN", "NIGHT"]],
  ["a job of another kind", jsonResponse, "COMMENT", []],
  ["a job that was not answered", jsonResponse, "SEASON", []],
  ["no answers", undefined, "WEATHER", []],
])("categoriesOf: %s", (_, content, job, names) => {
  expect(categoriesOf(content, job)).toEqual(names);
});

it.each([
  ["the named job", jsonResponse, "COMMENT", "blurred"],
  ["the first job that has a text", jsonResponse, undefined, "blurred"],
  ["a job of another kind", jsonResponse, "WEATHER", ""],
  ["a job that was not answered", jsonResponse, "TITLE", ""],
  ["no job with a text", { WEATHER: jsonResponse["WEATHER"] }, undefined, ""],
  ["no answers", undefined, undefined, ""],
])("textOf: %s", (_, content, job, text) => {
  expect(textOf(content, job)).toBe(text);
});
