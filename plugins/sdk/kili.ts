// The Kili client as an author sees it. Types only: create-kili.ts makes it, each method has a file of its own.
// Names and meanings are those of Kili's Python SDK, in camelCase; the domain API's names are in the comments.
import type { KiliReads } from "./kili-reads.ts";
import type { KiliWrites } from "./kili-writes.ts";

/**
 * Kili's API, in the name of the host: the plugin never sees the key. Each method needs the scope it names in
 * `[permissions] kili`, and acts on the project of the event, or on those that `kili_projects` lists. Many items go out
 * in several calls, one after the other, and every call counts as one of the run's `subrequests`.
 *
 * All methods throw `NotCapable` without the permission, `KiliError` when Kili refuses or cannot be reached, and
 * `TypeError` when lists that belong together differ in length, or when an id of a write is missing.
 */
export interface Kili extends KiliReads, KiliWrites {
  /**
   * Sends any one query or mutation of those that docs/manifest.md lists, by the same rules. Needs the scope of each root
   * field. What a method does besides is left to the caller: pages, batches, text that is JSON. A write whose `where` says
   * nothing but a project is refused, since that is what is left when an id is undefined.
   *
   * @param document A GraphQL document with one operation.
   * @param variables Its variables, as plain JSON values.
   * @returns The answer's `data`.
   * @example
   * ```ts
   * const { title } = await this.kili.graphql(
   *   `query ($id: ID!) { title: projects(where: { id: $id }, first: 1, skip: 0) { title } }`,
   *   { id: this.projectId },
   * );
   * ```
   */
  graphql(document: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>>;
}
