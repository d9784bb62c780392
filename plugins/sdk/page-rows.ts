// How many rows a page has where Kili gives fewer at once of some kinds of project.
import type { KiliCaller } from "./call-kili.ts";
import type { PageRows } from "./query-rows.ts";

/**
 * Pages of `rowsOf` the project's input type. What kind of project it is matters to long lists only, so nobody is asked
 * before there is one: the first page has as many rows as any kind allows. A project of unknown kind counts as video.
 */
export function pageRows(caller: KiliCaller, projectId: string, rowsOf: (inputType: string) => number): PageRows {
  const next = async (): Promise<number> => rowsOf((await caller.inputType(projectId)) ?? "VIDEO");
  return { first: rowsOf("VIDEO"), next };
}
