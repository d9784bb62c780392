// Reads of Kili that are answered from what was kept, or kept for another time. Where they are kept is not known here.
import type { KiliOperation } from "../kili/check-operation.ts";
import type { Arguments } from "../kili/resolve-arguments.ts";
import { hashWrite } from "./hash-write.ts";

/** Answers of Kili beside a run, as JSON text, by the hash of what was asked. */
export interface KeptReads {
  /** Null where it is not there. */
  find(hash: string): Promise<string | null>;
  keep(hash: string, data: string): Promise<void>;
}

/** What was kept of the answer to `operation`, or null. */
export async function findRead(
  reads: KeptReads,
  operation: KiliOperation,
  variables: Arguments,
): Promise<Record<string, unknown> | null> {
  const kept = await reads.find(await hashWrite({ operation, variables }));
  return kept === null ? null : (JSON.parse(kept) as Record<string, unknown>);
}

/** Keeps Kili's answer to `operation`. */
export async function keepRead(
  reads: KeptReads,
  operation: KiliOperation,
  variables: Arguments,
  data: Record<string, unknown>,
): Promise<void> {
  await reads.keep(await hashWrite({ operation, variables }), JSON.stringify(data));
}
