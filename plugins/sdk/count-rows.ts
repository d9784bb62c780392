// Kili's counts: how many rows meet conditions.
import { callKili, type KiliCaller } from "./call-kili.ts";

/** Asks the count query `operation`, whose conditions are of type `whereType`. */
export async function countRows(
  caller: KiliCaller,
  operation: string,
  whereType: string,
  where: Readonly<Record<string, unknown>>,
): Promise<number> {
  const document = `query ${operation}($where: ${whereType}!) {
  data: ${operation}(where: $where)
}`;
  return (await callKili(caller, operation, document, { where })) as number;
}
