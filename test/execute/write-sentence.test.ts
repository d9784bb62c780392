import { describe, expect, test } from "vitest";
import { checkOperation } from "../../worker/kili/check-operation.ts";
import { describeWrite } from "../../worker/kili/describe-write.ts";
import type { Arguments } from "../../worker/kili/resolve-arguments.ts";
import { KILI_ROOT_FIELDS } from "../../worker/kili/scopes.ts";
import { writeSentence } from "../../worker/execute/write-sentence.ts";
import { MAX_WRITE_SENTENCE_CHARS } from "../../worker/limits.ts";

const SCOPES = ["assets:*", "issues:*", "labels:*", "notifications:*", "projects:*"];

function phrases(document: string, variables: Arguments = {}) {
  const operation = checkOperation(`mutation ${document}`, SCOPES);
  if (!operation.ok) throw new Error(JSON.stringify(operation.failure));
  return describeWrite(operation.value, variables);
}

const say = (document: string, variables?: Arguments): string => writeSentence(phrases(document, variables), "dry_run");

describe("describeWrite", () => {
  test.each([
    ['{ createIssues(issues: [{assetId: "a"}, {assetId: "a"}], where: {}) { id } }', "would open 2 issues on asset a"],
    ['{ createIssues(issues: {type: QUESTION, assetId: "a"}, where: {}) { id } }', "would open 1 question on asset a"],
    [
      '{ appendManyLabels(data: {labelsData: [{assetID: "a"}, {assetID: "b"}]}) { id } }',
      "would add 2 labels to assets a and b",
    ],
    ["{ createNotification(data: {}) { id } }", "would send a notification"],
    ['{ deleteLabels(ids: ["a", "b", "c", "d"]) }', "would delete labels a, b and 2 more"],
    ['{ updatePropertiesInIssue(data: {status: SOLVED}, where: {id: "i"}) { id } }', "would set issue i to SOLVED"],
    ['{ updatePropertiesInProject(data: {title: "t"}, where: {id: "p"}) { id } }', "would change title of project p"],
    [
      '{ updatePropertiesInAssets(data: [{priority: 1}, {priority: 2, jsonMetadata: "{}"}], where: [{id: "a"}, {id: "b"}]) { id } }',
      "would change priority, jsonMetadata of assets a and b",
    ],
    ['{ assignAssetsToLabelers(userIds: ["u", "v"], where: {idIn: ["a"]}) { id } }', "would assign asset a to 2 users"],
    ['{ sendBackAssetsToQueue(where: {idIn: ["a"]}) { id } }', "would send asset a back to the queue"],
    [
      '{ addAllLabeledAssetsToReview(where: {project: {id: "p"}}) { id } }',
      "would send assets that are not named on to review",
    ],
    ['{ sendAssetsBackToQueue(where: {idIn: ["a"]}) { __typename } }', "would send asset a back to the queue"],
    ['{ addAssetsToReview(where: {id: "a"}) { __typename } }', "would send asset a on to review"],
    ['{ assignAssets(userIds: "u", where: {id: "a"}) { __typename } }', "would assign asset a to 1 user"],
    [
      '{ setAssetsPriority(priority: 3, where: {idIn: ["a", "b"]}) { __typename } }',
      "would set the priority of assets a and b to 3",
    ],
    [
      '{ setAssetConsensus(projectId: "p", externalId: "a.png", isConsensus: false) }',
      "would remove asset a.png from consensus",
    ],
    ['{ skipAsset(reason: "r", where: {id: "a"}) { id } }', "would skip asset a"],
    ['{ unskipAsset(projectId: "p", assetId: "a") }', "would unskip asset a"],
  ])("%s", (document, sentence) => expect(say(document)).toBe(sentence));

  test("every write there is has words, whatever its arguments are", () => {
    for (const [name, { access }] of KILI_ROOT_FIELDS)
      if (access === "write") expect(say(`{ ${name} { id } }`)).toMatch(/^would /);
  });

  test("what Kili left undone of it is said, where its answer was asked for it", () => {
    const asked =
      "x: sendAssetsBackToQueue(where: {idIn: [1, 2]}) { succeeded { assetId } not: declined { assetId } failed { assetId } }";
    const said = (answer: object, document = asked) => {
      const operation = checkOperation(`mutation { ${document} }`, SCOPES);
      if (!operation.ok) throw new Error(operation.failure.reason);
      return writeSentence(describeWrite(operation.value, {}, { x: answer }), "ok");
    };
    const row = { assetId: "1" };
    expect(said({ succeeded: [row, row], not: [], failed: [] })).toBe("sent assets 1 and 2 back to the queue");
    expect(said({ succeeded: [row], not: [row], failed: [] })).toBe(
      "sent assets 1 and 2 back to the queue, but Kili declined 1",
    );
    expect(said({ succeeded: [], not: [row], failed: [row] })).toBe(
      "could not send assets 1 and 2 back to the queue: Kili declined 1 and failed at 1",
    );
    // Another field under the name says nothing.
    const forged = "x: sendAssetsBackToQueue(where: {idIn: [1, 2]}) { declined: succeeded { assetId } }";
    expect(said({ declined: [row] }, forged)).toBe("sent assets 1 and 2 back to the queue");
    expect(said([], asked)).toBe("sent assets 1 and 2 back to the queue");
  });

  test("a document of several says each, with its variables", () => {
    const document = '($w: AssetWhere!) { one: sendBackAssetsToQueue(where: $w) { id } two: deleteLabels(ids: "l") }';
    expect(say(document, { w: { id: "a" } })).toBe("would send asset a back to the queue; would delete label l");
  });
});

describe("writeSentence", () => {
  test.each([
    ["ok", "opened 1 issue on asset a"],
    ["dry_run", "would open 1 issue on asset a"],
    ["from_journal", "opened 1 issue on asset a before, answered from the journal"],
    ["failed", "could not open 1 issue on asset a"],
    ["unknown", "may have opened 1 issue on asset a"],
  ] as const)("%s", (result, sentence) => {
    expect(writeSentence([{ verb: "open", done: "opened", object: "1 issue on asset a" }], result)).toBe(sentence);
  });

  test("is bounded", () => {
    const long = writeSentence([{ verb: "x", done: "x", object: "a".repeat(1_000) }], "ok");
    expect(long).toHaveLength(MAX_WRITE_SENTENCE_CHARS);
  });
});
