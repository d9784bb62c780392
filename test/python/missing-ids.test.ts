// Writes whose ids are None, empty or no text: nothing of what is left is sent. The client drops what is None, so that a
// condition without its id would be about a whole project.
import { expect, test } from "vitest";
import { linesOf, runPython } from "./run-python.ts";

const HEAD = `from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        kili = self.kili
`;

const ITEM = (at: number, argument: string, method: string, found = "None"): string =>
  `TypeError item ${at} of argument "${argument}" of ${method} is ${found}, wanted an id`;
const ARGUMENT = (argument: string, method: string, found = "None"): string =>
  `TypeError argument "${argument}" of ${method} is ${found}, wanted an id`;

/** Each call, and what it raises. */
const REFUSED: readonly (readonly [call: string, raises: string])[] = [
  ["kili.skip_asset(None, 'p', 'dark')", ARGUMENT("asset_id", "skip_or_unskip")],
  ["kili.skip_asset(7, 'p', 'dark')", ARGUMENT("asset_id", "skip_or_unskip", "a int")],
  ["kili.skip_asset(['a'], 'p', 'dark')", ARGUMENT("asset_id", "skip_or_unskip", "a list")],
  ["kili.skip_asset('', 'p', 'dark')", 'ValueError argument "asset_id" of skip_or_unskip is empty, wanted an id'],
  ["kili.skip_asset('a', None, 'dark')", ARGUMENT("project_id", "skip_or_unskip")],
  ["kili.unskip_asset(None, 'p')", ARGUMENT("asset_id", "skip_or_unskip")],
  ["kili.assets.skip(asset_id=None, project_id='p', reason='dark')", ARGUMENT("asset_id", "skip_or_unskip")],
  ["kili.create_issues('p', ['l', None], text_array=['t', 'u'])", ITEM(1, "label_id_array", "create_issues")],
  ["kili.create_issues(None, ['l'], text_array=['t'])", ARGUMENT("project_id", "create_issues")],
  ["kili.create_questions('p', ['t'], [None])", ITEM(0, "asset_ids", "create_questions")],
  ["kili.create_questions(None, ['t'], ['a'])", ARGUMENT("project_id", "create_questions")],
  ["kili.update_issue_status(None, 'SOLVED')", ARGUMENT("issue_id", "update_issue_status")],
  ["kili.issues.solve(issue_ids=['i', None])", ITEM(1, "issue_ids", "update_issue_status")],
  ["kili.send_back_to_queue([None])", ITEM(0, "asset_ids", "send_back_to_queue")],
  ["kili.send_back_to_queue(external_ids=['x', None], project_id='p')", ITEM(1, "external_ids", "send_back_to_queue")],
  ["kili.add_to_review(('a', {}))", ITEM(1, "asset_ids", "add_to_review", "a dict")],
  ["kili.append_labels([None], [{}], project_id='p')", ITEM(0, "asset_ids", "append_labels")],
  ["kili.append_labels(['a'], [{}], author_id_array=[None])", ITEM(0, "author_id_array", "append_labels")],
  [
    "kili.append_labels(['a'], [{}], reviewed_label_id_array=[None])",
    ITEM(0, "reviewed_label_id_array", "append_labels"),
  ],
  [
    "kili.create_predictions(None, json_response_array=[{}], model_name='m', asset_id_array=['a'])",
    ARGUMENT("project_id", "create_predictions"),
  ],
  ["kili.delete_labels([None])", ITEM(0, "ids", "delete_labels")],
  ["kili.delete_labels(['l', ''])", 'ValueError item 1 of argument "ids" of delete_labels is empty, wanted an id'],
  ["kili.delete_labels(None)", 'TypeError argument "ids" of delete_labels is None, wanted a list'],
  [
    "kili.update_properties_in_assets(['a', None], priorities=[1, 2])",
    ITEM(1, "asset_ids", "update_properties_in_assets"),
  ],
  ["kili.add_metadata([{}], 'p', [None])", ITEM(0, "asset_ids", "add_metadata")],
  ["kili.set_metadata([{}], None, ['a'])", ARGUMENT("project_id", "set_metadata")],
  ["kili.assign_assets_to_labelers([['u']], [None])", ITEM(0, "asset_ids", "assign_assets_to_labelers")],
  [
    "kili.assign_assets_to_labelers([['u'], [None]], ['a', 'b'])",
    ITEM(0, "to_be_labeled_by_array[1]", "assign_assets_to_labelers"),
  ],
  [
    "kili.assign_assets_to_labelers([['u'], None], ['a', 'b'])",
    'TypeError argument "to_be_labeled_by_array[1]" of assign_assets_to_labelers is None, wanted a list',
  ],
  ["kili.set_assets_priority(1, [None])", ITEM(0, "asset_ids", "set_assets_priority")],
  [
    "kili.update_asset_consensus('p', True, '')",
    'ValueError argument "asset_id" of update_asset_consensus is empty, wanted an id',
  ],
  ["kili.update_properties_in_project(None, title='t')", ARGUMENT("project_id", "update_properties_in_project")],
  ["kili.create_notification('m', 's', 'u', None)", ARGUMENT("user_id", "create_notification")],
];

/** Each call is as far as the door, which the plugin has none of. */
const SENT = [
  "kili.skip_asset('a', 'p', 'dark')",
  "kili.send_back_to_queue(('a', 'b'))",
  "kili.append_labels(['a'], [{}])",
  "kili.assign_assets_to_labelers([[]], ['a'])",
  "kili.update_asset_consensus('p', True, external_id='x')",
];

test("writes without their ids are refused before anything is sent", async () => {
  const calls = [...REFUSED.map(([call]) => call), ...SENT];
  const report = await runPython({
    files: `${HEAD}        for call in (
${calls.map((call) => `            lambda: ${call},\n`).join("")}        ):
            try:
                print(call())
            except Exception as error:
                print(type(error).__name__, str(error).partition(":")[0])
`,
  });
  expect(report.outcome).toEqual({ type: "ok", result: null });
  expect(linesOf(report)).toEqual([
    ...REFUSED.map(([, raises]) => `info: ${raises}`),
    ...SENT.map(() => "info: NotCapable Requires kili access"),
  ]);
  expect(report.refusals).toHaveLength(SENT.length);
});
