// Writes that would be about everything, because what they were about got lost.
import { describe, expect, test } from "vitest";
import { checkOperation } from "../../worker/kili/check-operation.ts";
import { findBroadWrite } from "../../worker/kili/find-broad-write.ts";
import type { Json } from "../../worker/kili/plain-variables.ts";
import { KILI_ROOT_FIELDS } from "../../worker/kili/scopes.ts";

const EVERY_SCOPE = ["assets:*", "issues:*", "labels:*", "notifications:*", "projects:*"];
const P = 'project: { id: "p" }';
const ASSETS = "wanted where.id, where.idIn or a condition such as where.statusIn";
const ALL_ASSETS = `nothing in "where" about assets, which could be all of them, ${ASSETS}`;
const NO_ID = `no id where "where" asks for one, ${ASSETS}`;

function find(document: string, variables: Record<string, Json> = {}): string | null {
  const checked = checkOperation(document, EVERY_SCOPE);
  if (!checked.ok) throw new Error(`Cannot test with ${document}: ${JSON.stringify(checked.failure)}`);
  const refusal = findBroadWrite(checked.value, variables);
  if (refusal === null) return null;
  expect(refusal).toMatchObject({ name: "KiliError", wanted: null });
  return refusal.message;
}

describe("findBroadWrite", () => {
  test.each([
    ...["addAllLabeledAssetsToReview", "addAssetsToReview", "assignAssets", "assignAssetsToLabelers", "skipAsset"],
    ...["sendAssetsBackToQueue", "sendBackAssetsToQueue", "setAssetsPriority", "updatePropertiesInAssets"],
  ])("%s says something about its assets besides their project", (field) => {
    const about = (where: string): string | null => find(`mutation { ${field}(where: ${where}) { id } }`);
    for (const where of [
      "{}",
      `{ ${P} }`,
      `{ ${P}, statusIn: [], metadata: {}, skipped: null, label: { typeIn: [] } }`,
    ])
      expect(about(where)).toBe(`Cannot call "${field}": found ${ALL_ASSETS}`);
    for (const where of [
      "{ id: null }",
      `{ ${P}, idIn: [] }`,
      `{ ${P}, id: "" }`,
      "{ idIn: [null], statusIn: [TODO] }",
    ])
      expect(about(where)).toBe(`Cannot call "${field}": found ${NO_ID}`);
    for (const where of ['{ id: "a" }', "{ id: 5 }", `{ ${P}, idIn: "a" }`, '{ id: null, idIn: ["a"] }'])
      expect(about(where)).toBeNull();
    for (const where of [
      `{ ${P}, statusIn: [LABELED] }`,
      `{ ${P}, skipped: false }`,
      '{ externalIdStrictlyIn: ["x"] }',
    ])
      expect(about(where)).toBeNull();
  });

  test("each of a list does, and so does each root field", () => {
    const list = "mutation ($where: [AssetWhere!]!) { updatePropertiesInAssets(where: $where, data: []) { id } }";
    expect(find(list, { where: [{ id: "a" }, { project: { id: "p" } }] })).toContain(ALL_ASSETS);
    expect(find(list, { where: [{ id: "a" }, null] })).toContain(ALL_ASSETS);
    expect(find(list, { where: [{ id: "a" }, { id: "b" }] })).toBeNull();
    expect(find(list, { where: [] })).toBeNull();
    const both = `mutation { x: skipAsset(where: { id: "a" }) { id } y: addAssetsToReview(where: { ${P} }) { id } }`;
    expect(find(both)).toBe(`Cannot call "addAssetsToReview": found ${ALL_ASSETS}`);
  });

  test("an id that is a variable is one the document asks for, given or not", () => {
    const skip = `mutation ($id: ID) { skipAsset(reason: "r", where: { id: $id, ${P}, statusIn: [TODO] }) { id } }`;
    expect(find(skip)).toBe(`Cannot call "skipAsset": found ${NO_ID}`);
    expect(find(skip, { id: null })).toBe(`Cannot call "skipAsset": found ${NO_ID}`);
    expect(find(skip, { id: "a" })).toBeNull();
    expect(find(skip.replace("ID", 'ID = "a"'))).toBeNull();
    expect(find("mutation ($where: AssetWhere!) { skipAsset(where: $where) { id } }")).toContain(ALL_ASSETS);
  });

  test.each([
    ["updatePropertiesInIssue(data: {}, where: {}) { id }", 'found nothing in "where" about issues'],
    [`updatePropertiesInIssue(data: {}, where: { ${P} }) { id }`, 'found nothing in "where" about issues'],
    ["updatePropertiesInProject(data: {}, where: {}) { id }", 'found nothing in "where" about projects'],
    ["updatePropertiesInProject(data: {}, where: { id: null }) { id }", 'found no id where "where" asks for one'],
    ['setAssetConsensus(projectId: "p", isConsensus: true)', "found no asset, wanted assetId or externalId"],
    ['unskipAsset(projectId: "p", assetId: "")', "found no asset, wanted assetId"],
  ])("%s is refused", (field, found) => {
    expect(find(`mutation { ${field} }`)).toContain(found);
  });

  test.each([
    'updatePropertiesInIssue(data: {}, where: { id: "i" }) { id }',
    'updatePropertiesInProject(data: {}, where: { id: "p" }) { id }',
    'setAssetConsensus(projectId: "p", externalId: "x", isConsensus: true)',
    'unskipAsset(projectId: "p", assetId: "a")',
    `createIssues(issues: [], where: { ${P} }) { id }`,
    `appendManyLabels(data: { labelsData: [] }, where: { ${P} }) { id }`,
    "deleteLabels(ids: [])",
  ])("%s is not", (field) => {
    expect(find(`mutation { ${field} }`)).toBeNull();
  });

  test("every write of the table has a rule", () => {
    for (const [name, { access }] of KILI_ROOT_FIELDS)
      if (access === "write") expect(() => find(`mutation { ${name} }`)).not.toThrow();
  });
});
