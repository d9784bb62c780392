// What is known of a write that was sent and never answered, and what Kili's data can say about it. Types only.
import type { Result } from "../../schemas/result.ts";
import type { KiliOperation } from "./check-operation.ts";
import type { Arguments } from "./resolve-arguments.ts";

export interface LostWrite {
  readonly operation: KiliOperation;
  readonly variables: Arguments;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** Kili's answers to other writes about the same things, as JSON text: what they made is not what this one made. */
  readonly made: readonly string[];
  /** What the plugin may act on: project ids, or "*". */
  readonly projects: readonly string[];
  /** What it could act on when the write was sent, and so where it was done, if it was; null where nobody knows. */
  readonly sentFor: readonly string[] | null;
}

/** `data` is the answer as far as it can be told. */
export type WriteTrace =
  | { readonly type: "done"; readonly data: Record<string, unknown> }
  | { readonly type: "not_done" }
  | { readonly type: "unknown" };

/** Sends one query to Kili. */
export type ReadRows = (
  query: { readonly kind: "query"; readonly text: string },
  variables: Record<string, unknown>,
) => Promise<Result<Record<string, unknown>, unknown>>;
