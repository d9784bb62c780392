// Which projects a plugin may act on: by the arguments alone, and by what Kili says about ids.
import { describe, expect, test } from "vitest";
import { checkOperation, type KiliOperation } from "../../worker/kili/check-operation.ts";
import { checkProjects } from "../../worker/kili/check-projects.ts";
import { rememberAnswer } from "../../worker/kili/answer-members.ts";
import { KnownMembers } from "../../worker/kili/known-members.ts";
import type { Json } from "../../worker/kili/plain-variables.ts";
import type { Member } from "../../worker/kili/project-targets.ts";
import { KILI_ROOT_FIELDS } from "../../worker/kili/scopes.ts";
import { verifyMembers } from "../../worker/kili/verify-members.ts";
import { MAX_KILI_LOOK_UPS } from "../../worker/limits.ts";

const EVERY_SCOPE = ["assets:*", "events:*", "issues:*", "labels:*", "notifications:*", "projects:*"];

function operationOf(document: string): KiliOperation {
  const checked = checkOperation(document, EVERY_SCOPE);
  if (!checked.ok) throw new Error(`Cannot test with ${document}: ${JSON.stringify(checked.failure)}`);
  return checked.value;
}

function check(document: string, variables: Record<string, Json> = {}, allowed: readonly string[] = ["p", "q"]) {
  const checked = checkProjects(operationOf(document), variables, allowed);
  return checked.ok ? checked.value.map(({ kind, id }) => `${kind} ${id}`) : checked.failure;
}

const P = 'project: { id: "p" }';

describe("checkProjects", () => {
  test.each<[string, readonly string[]]>([
    [`{ labels(where: { ${P} }, first: 1, skip: 0) { id } }`, []],
    [`{ a: countLabels(where: { ${P}, idIn: ["x"] }) b: countAssets(where: { project: { id: "q" } }) }`, []],
    ['{ projects(where: { id: "q" }, first: 1, skip: 0) { id } }', []],
    ['{ events(where: { projectId: "p" }, pagination: {}) { id } }', []],
    ['mutation { sendBackAssetsToQueue(where: { idIn: ["a", "b"] }) { id } }', ["asset a", "asset b"]],
    ['mutation { sendAssetsBackToQueue(where: { idIn: ["a", "b"] }) { __typename } }', ["asset a", "asset b"]],
    ['mutation { addAssetsToReview(where: { id: "a" }) { __typename } }', ["asset a"]],
    [`mutation { assignAssets(where: { idIn: ["a"], ${P} }, userIds: []) { __typename } }`, ["asset a"]],
    ['mutation { setAssetsPriority(where: { idIn: ["a"] }, priority: 1) { __typename } }', ["asset a"]],
    ['mutation { setAssetConsensus(projectId: "p", assetId: "a", isConsensus: true) }', ["asset a"]],
    ['mutation { setAssetConsensus(projectId: "p", externalId: "a.png", isConsensus: true) }', []],
    [`{ countProjectUsers(where: { ${P} }) }`, []],
    ['mutation { sendBackAssetsToQueue(where: { idIn: "a", id: 5 }) { id } }', ["asset 5", "asset a"]],
    [`mutation { assignAssetsToLabelers(where: { ${P}, statusIn: [TODO] }, userIds: []) { id } }`, []],
    [
      `mutation { createIssues(issues: [{ type: ISSUE, assetId: "a", labelID: "l" }], where: { ${P} }) { id } }`,
      ["asset a", "label l"],
    ],
    ['mutation { updatePropertiesInIssue(data: { status: OPEN }, where: { id: "i" }) { id } }', ["issue i"]],
    [
      'mutation { appendManyLabels(data: { labelsData: [{ assetID: "a" }] }, where: { idIn: ["b"] }) { id } }',
      ["asset b", "asset a"],
    ],
    ['mutation { deleteLabels(ids: ["l", "l", "m"]) }', ["label l", "label m"]],
    [
      'mutation { updatePropertiesInAssets(where: [{ id: "a" }, { id: "b" }], data: [{}, {}]) { id } }',
      ["asset a", "asset b"],
    ],
    [`mutation { skipAsset(reason: "r", where: { id: "a", ${P} }) { id } }`, ["asset a"]],
    ['mutation { unskipAsset(projectId: "p", assetId: "a") }', ["asset a"]],
    ['mutation { updatePropertiesInProject(data: {}, where: { id: "p" }) { id } }', []],
    ['mutation { createNotification(data: { message: "m" }) { id } }', []],
  ])("%s leaves %o to be looked up", (document, members) => {
    expect(check(document)).toEqual(members);
  });

  test.each([
    "{ labels(where: {}, first: 1, skip: 0) { id } }",
    '{ labels(where: { id: "l" }, first: 1, skip: 0) { id } }',
    "{ countLabels(where: $where) }",
    "{ countLabels(where: { project: null }) }",
    '{ countLabels(where: { project: { idIn: ["p"] } }) }',
    '{ countLabels(where: { project: { id: "p", idIn: ["x"] } }) }',
    `{ countLabels(where: { ${P}, OR: [{ project: { id: "x" } }] }) }`,
    `{ countAssets(where: { ${P}, label: { not: { id: "x" } } }) }`,
    "{ projects(where: {}, first: 1, skip: 0) { id } }",
    '{ projects(where: { searchQuery: "p" }, first: 1, skip: 0) { id } }',
    "{ projectUsers(where: {}, first: 1, skip: 0) { id } }",
    "{ events(where: {}, pagination: {}) { id } }",
    "mutation { sendBackAssetsToQueue(where: {}) { id } }",
    "mutation { sendAssetsBackToQueue(where: {}) { __typename } }",
    'mutation { setAssetConsensus(externalId: "a.png", isConsensus: true) }',
    "{ countProjectUsers(where: {}) }",
    "mutation { sendBackAssetsToQueue(where: { statusIn: [TODO] }) { id } }",
    'mutation { sendBackAssetsToQueue(where: { idIn: ["a"], project: { idIn: ["x"] } }) { id } }',
    'mutation { updatePropertiesInAssets(where: [{ id: "a" }, {}], data: []) { id } }',
    'mutation { createIssues(issues: [{ type: ISSUE, assetId: "a" }], where: { idIn: ["a"] }) { id } }',
    "mutation { updatePropertiesInIssue(data: {}, where: { status: OPEN }) { id } }",
    'mutation { appendManyLabels(data: { labelsData: [] }, where: { idIn: ["a"] }) { id } }',
    'mutation { unskipAsset(assetId: "a") }',
    `{ ok: countLabels(where: { ${P} }) countLabels(where: {}) }`,
  ])("%s does not say which project", (document) => {
    expect(check(document)).toMatchObject({ reason: "no_project" });
  });

  test.each([
    '{ countLabels(where: { project: { id: "x" } }) }',
    '{ projects(where: { id: "x" }, first: 1, skip: 0) { id } }',
    `{ ok: countLabels(where: { ${P} }) countIssues(where: { project: { id: "x" } }) }`,
    `{ ...f } fragment f on Query { hidden: countLabels(where: { project: { id: "x" } }) }`,
    'mutation { sendBackAssetsToQueue(where: { idIn: ["a"], project: { id: "x" } }) { id } }',
    'mutation { updatePropertiesInIssue(data: {}, where: { id: "i", project: { id: "x" } }) { id } }',
    'mutation { updatePropertiesInProject(data: {}, where: { id: "x" }) { id } }',
    'mutation { unskipAsset(projectId: "x", assetId: "a") }',
    'mutation { setAssetConsensus(projectId: "x", externalId: "a.png", isConsensus: true) }',
  ])("%s is about another project", (document) => {
    expect(check(document)).toEqual({ reason: "foreign_project", projectId: "x" });
  });

  test("variables count, also inside of literals, and by their default values", () => {
    const inline = "query ($id: ID!) { countLabels(where: { project: { id: $id } }) }";
    expect(check(inline, { id: "p" })).toEqual([]);
    expect(check(inline, { id: "x" })).toMatchObject({ reason: "foreign_project" });
    expect(check(inline, {})).toMatchObject({ reason: "no_project" });
    expect(check(inline, { id: null })).toMatchObject({ reason: "no_project" });

    const whole = 'query ($where: LabelWhere! = { project: { id: "x" } }) { countLabels(where: $where) }';
    expect(check(whole, {})).toMatchObject({ reason: "foreign_project" });
    expect(check(whole, { where: { project: { id: "p" } } })).toEqual([]);

    const hidden = `mutation ($a: ID = "evil") { createIssues(issues: [{ type: ISSUE, assetId: $a }], where: { ${P} }) { id } }`;
    expect(check(hidden, {})).toEqual(["asset evil"]);
    expect(check(hidden, { a: "mine" })).toEqual(["asset mine"]);
  });

  test("what hides behind __proto__ is not believed", () => {
    const where = JSON.parse('{ "__proto__": { "project": { "id": "p" } } }') as Record<string, Json>;
    expect(check("query ($where: LabelWhere!) { countLabels(where: $where) }", { where })).toMatchObject({
      reason: "no_project",
    });
  });

  test('with "*" nothing is asked', () => {
    expect(check("{ countLabels(where: {}) }", {}, ["p", "*"])).toEqual([]);
    expect(check('mutation { deleteLabels(ids: ["l"]) }', {}, ["*"])).toEqual([]);
  });

  test("every root field of the table has a rule", () => {
    for (const [name, { access }] of KILI_ROOT_FIELDS) {
      const operation = operationOf(`${access === "read" ? "query" : "mutation"} { ${name} }`);
      expect(() => checkProjects(operation, {}, ["p"])).not.toThrow();
    }
  });
});

describe("checkOperation: what selections reach", () => {
  const reach = (selection: string) =>
    checkOperation(`{ labels(where: {}, first: 1, skip: 0) ${selection} }`, EVERY_SCOPE);

  test.each([
    "{ id author { id email } labelOf { id jsonMetadata project { id title roles { user { email } } } } }",
    "{ labelOf { labels { author { email } } issues { comments { text author { id } } } resolution { width } } }",
    "{ ...f } fragment f on Label { reviewedLabel { id } }",
  ])("%s is fine", (selection) => {
    const [fields = "", fragment = ""] = selection.split("} fragment");
    const document = fragment
      ? `{ labels(where: {}, first: 1, skip: 0) ${fields}} } fragment${fragment}`
      : `{ labels(where: {}, first: 1, skip: 0) ${selection} }`;
    expect(checkOperation(document, EVERY_SCOPE)).toMatchObject({ ok: true });
  });

  test.each([
    ["{ author { organization { name } } }", "labels.author.organization"],
    ["{ author { projects { id } } }", "labels.author.projects"],
    ["{ author { labels { id } } }", "labels.author.labels"],
    ["{ author { apiKey } }", "labels.author.apiKey"],
    ["{ x: author { mine: apiKeys { key } } }", "labels.author.apiKeys"],
    ["{ ... { author { ... { sessionToken } } } }", "labels.author.sessionToken"],
    ["{ labelOf { labels(where: {}) { id } } }", "labels.labelOf.labels"],
    ["{ constructor { id } }", "labels.constructor"],
  ])("%s is not", (selection, field) => {
    expect(reach(selection)).toEqual({ ok: false, failure: { reason: "unknown_field", field } });
  });

  test("a repeated argument, input field or variable is refused, since Kili might see the other one", () => {
    for (const document of [
      `{ countLabels(where: { ${P} }, where: {}) }`,
      `{ countLabels(where: { ${P}, project: { id: "x" } }) }`,
      `query ($a: ID = "p", $a: ID = "x") { countLabels(where: { project: { id: $a } }) }`,
    ])
      expect(checkOperation(document, EVERY_SCOPE)).toMatchObject({ failure: { reason: "not_executable" } });
  });
});

/** Kili as a list of what is where. */
function kiliWith(rows: readonly (readonly [string, Member["kind"], string])[]) {
  const asked: { text: string; where: { id?: string; idIn?: string[]; project: { id: string } } }[] = [];
  const ask = async (text: string, variables: object) => {
    const { where } = variables as { where: (typeof asked)[number]["where"] };
    asked.push({ text, where });
    const ids = where.idIn ?? [where.id];
    const found = rows.filter(
      ([project, kind, id]) => project === where.project.id && ids.includes(id) && text.includes(`${kind}s(`),
    );
    return { ok: true, value: { data: found.map(([, , id]) => ({ id })) } } as const;
  };
  return { ask, asked };
}

describe("verifyMembers", () => {
  const asset = (id: string): Member => ({ kind: "asset", id });

  test("asks for all of a kind at once, and never again for what it knows", async () => {
    const { ask, asked } = kiliWith([
      ["p", "asset", "a"],
      ["p", "asset", "b"],
      ["p", "label", "l"],
    ]);
    const known = new KnownMembers();
    const members = [asset("a"), asset("b"), { kind: "label", id: "l" }] as const;
    expect(await verifyMembers(members, ["p"], known, ask)).toEqual({ ok: true, value: null });
    expect(asked.map(({ where }) => where.idIn)).toEqual([["a", "b"], ["l"]]);
    expect(await verifyMembers(members, ["p"], known, ask)).toMatchObject({ ok: true });
    expect(asked).toHaveLength(2);
  });

  test("what is in none of the projects fails; what is in the second is found there", async () => {
    const { ask, asked } = kiliWith([
      ["p", "asset", "a"],
      ["q", "issue", "i"],
      ["x", "asset", "evil"],
    ]);
    const known = new KnownMembers();
    const members: Member[] = [asset("a"), { kind: "issue", id: "i" }];
    expect(await verifyMembers(members, ["p", "q"], known, ask)).toMatchObject({ ok: true });
    expect(asked.map(({ where }) => where.project.id)).toEqual(["p", "p", "q"]);
    expect(await verifyMembers([asset("a"), asset("evil")], ["p", "q"], known, ask)).toMatchObject({
      failure: { reason: "foreign_member", member: { id: "evil" } },
    });
    // Known to be elsewhere: nobody is asked for another plugin either.
    const before = asked.length;
    expect(await verifyMembers([asset("a")], ["q"], known, ask)).toMatchObject({ ok: false });
    expect(asked).toHaveLength(before);
  });

  test("the look-ups of one call are bounded, and a failure of one is the call's", async () => {
    const { ask, asked } = kiliWith([]);
    const issues = Array.from({ length: 50 }, (_, index) => ({ kind: "issue", id: `i${index}` }) as const);
    expect(await verifyMembers(issues, ["p"], new KnownMembers(), ask)).toMatchObject({
      failure: { reason: "too_many_look_ups" },
    });
    expect(asked).toHaveLength(MAX_KILI_LOOK_UPS);
    const failing = async () => ({ ok: false, failure: "no answer" }) as const;
    expect(await verifyMembers([asset("a")], ["p"], new KnownMembers(), failing)).toEqual({
      ok: false,
      failure: { reason: "look_up_failed", failure: "no answer" },
    });
  });

  test("rows that Kili gives without having been asked for them count for nothing", async () => {
    const liar = async () => ({ ok: true, value: { data: [{ id: "evil" }, { id: 5 }, {}] } }) as const;
    expect(await verifyMembers([asset("a")], ["p"], new KnownMembers(), liar)).toMatchObject({ ok: false });
  });
});

describe("rememberAnswer", () => {
  const remembered = (document: string, data: Record<string, unknown>, variables: Record<string, Json> = {}) => {
    const known = new KnownMembers();
    rememberAnswer(operationOf(document), variables, data, known);
    return (kind: Member["kind"], id: string) => known.projectOf({ kind, id });
  };

  test("rows of a project's list are known to be in it, with the assets of labels", () => {
    const document = `{ data: labels(where: { ${P} }, first: 1, skip: 0) { id assetId } }`;
    const projectOf = remembered(document, { data: [{ id: "l", assetId: "a" }] });
    expect([projectOf("label", "l"), projectOf("asset", "a"), projectOf("asset", "l")]).toEqual(["p", "p", null]);
  });

  test.each([
    `{ data: labels(where: { ${P} }, first: 1, skip: 0) { id: modelName } }`,
    `{ data: labels(where: { ${P} }, first: 1, skip: 0) { ...f } } fragment f on Label { id: modelName }`,
    `{ data: labels(where: { ${P} }, first: 1, skip: 0) { id assetId: modelName ... { id: modelName } } }`,
  ])("an alias makes no id: %s", (document) => {
    const projectOf = remembered(document, { data: [{ id: "forged", assetId: "forged" }] });
    expect([projectOf("label", "forged"), projectOf("asset", "forged")]).toEqual([null, null]);
  });

  test("without a project nothing is known", () => {
    const document = "{ data: labels(where: {}, first: 1, skip: 0) { id } }";
    expect(remembered(document, { data: [{ id: "l" }] })("label", "l")).toBeNull();
  });
});
