import { describe, expect, test } from "vitest";
import { checkOperation } from "../../worker/kili/check-operation.ts";
import { dryRunAnswer } from "../../worker/kili/dry-run-answer.ts";
import type { Json } from "../../worker/kili/plain-variables.ts";
import { KILI_ROOT_FIELDS, scopeOf } from "../../worker/kili/scopes.ts";

const EVERY_SCOPE = [...KILI_ROOT_FIELDS.values()].map(scopeOf);

function answer(document: string, variables: { readonly [key: string]: Json } = {}): Record<string, unknown> {
  const checked = checkOperation(document, EVERY_SCOPE);
  if (!checked.ok) throw new Error(`Cannot test with "${document}": ${checked.failure.reason}`);
  let issued = 0;
  return dryRunAnswer(checked.value, variables, () => `dry-run-${(issued += 1)}`);
}

describe("dryRunAnswer", () => {
  test("createIssues gives one id per issue, under the alias and with the fields asked for", () => {
    const document = `mutation createIssues($issues: [IssueToCreate!]!, $where: AssetWhere!) {
      data: createIssues(issues: $issues, where: $where) { number: issueNumber key: id ...F }
    } fragment F on Issue { id __typename }`;
    expect(answer(document, { issues: [{ text: "a" }, { text: "b" }], where: { project: { id: "p" } } })).toEqual({
      data: [
        { number: null, key: "dry-run-1", id: "dry-run-1", __typename: null },
        { number: null, key: "dry-run-2", id: "dry-run-2", __typename: null },
      ],
    });
  });

  test.each<[string, { readonly [key: string]: Json }, unknown]>([
    [
      "mutation ($data: AppendManyLabelsData!) { r: appendManyLabels(data: $data) { id } }",
      { data: { labelsData: [{}, {}] } },
      [{ id: "dry-run-1" }, { id: "dry-run-2" }],
    ],
    [
      "mutation ($where: [AssetWhere!]!) { r: updatePropertiesInAssets(where: $where, data: [{}]) { id } }",
      { where: [{ id: "a" }, { id: "b" }] },
      [{ id: "a" }, { id: "b" }],
    ],
    ['mutation { r: sendBackAssetsToQueue(where: {idIn: ["a"]}) { id } }', {}, { id: "dry-run-1" }],
    [
      "mutation ($id: ID!) { r: addAllLabeledAssetsToReview(where: {idIn: [], project: {id: $id}}) { id } }",
      { id: "p" },
      { id: "p" },
    ],
    [
      `mutation ($where: AssetWhere!) { r: sendAssetsBackToQueue(where: $where) {
        succeeded { assetId externalId } declined { assetId } broken: failed { assetId details }
      } }`,
      { where: { idIn: ["a", "b"] } },
      {
        succeeded: [
          { assetId: "a", externalId: null },
          { assetId: "b", externalId: null },
        ],
        declined: [],
        broken: [],
      },
    ],
    [
      'mutation { r: assignAssets(where: {id: "a"}, userIds: []) { __typename ...F } } fragment F on X { succeeded { key: assetId } }',
      {},
      { __typename: null, succeeded: [{ key: "a" }] },
    ],
    ['mutation { r: setAssetConsensus(projectId: "p", assetId: "a", isConsensus: true) }', {}, true],
    ['mutation { r: deleteLabels(ids: ["x", "y"]) }', {}, ["x", "y"]],
    ['mutation { r: deleteLabels(ids: "x") }', {}, ["x"]],
    ['mutation { r: skipAsset(reason: "", where: {id: "a"}) { id } }', {}, { id: "a" }],
    ['mutation { r: unskipAsset(projectId: "p", assetId: "a") { id } }', {}, { id: "a" }],
    ['mutation { r: updatePropertiesInIssue(data: {}, where: {id: "i"}) { id } }', {}, { id: "i" }],
    ["mutation { r: createNotification(data: {}) { id } }", {}, { id: "dry-run-1" }],
    ["mutation ($issues: X) { r: createIssues(issues: $issues) { id } }", {}, []],
    ["mutation ($issues: X) { r: createIssues(issues: $issues) { id } }", { issues: 7 }, [{ id: "dry-run-1" }]],
  ])("%s", (document, variables, expected) => expect(answer(document, variables)).toEqual({ r: expected }));

  test("every write of the table has an answer, whatever is passed", () => {
    for (const [name, field] of KILI_ROOT_FIELDS)
      if (field.access === "write") {
        expect(answer(`mutation { ${name} { id } }`)).toHaveProperty(name);
        expect(
          answer(`mutation ($x: X) { ${name}(where: $x, data: $x, ids: $x) }`, { x: [[{ id: 1 }]] }),
        ).toBeDefined();
      }
  });

  test("__typename names the operation's type", () => {
    expect(answer("mutation { __typename a: deleteLabels(ids: []) }")).toEqual({ __typename: "Mutation", a: [] });
    expect(answer("{ kind: __typename }")).toEqual({ kind: "Query" });
  });
});
