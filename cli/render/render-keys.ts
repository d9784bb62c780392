// API keys as a table for a terminal.
import type { ListedKey } from "../api/list-keys.ts";
import { renderTable } from "./render-table.ts";
import { renderTime } from "./render-time.ts";

const HEAD = ["NAME", "ROLE", "STATE", "LAST USED", "EXPIRES", "ID"];
const NEVER = "2099-";

/** One line per key under a line of heads. */
export function renderKeys(keys: readonly ListedKey[], now: number): string {
  const rows = keys.map((key) => [
    key.name,
    key.role,
    stateOf(key, now),
    toMinute(key.lastUsedAt) ?? "-",
    key.expiryDate.startsWith(NEVER) ? "never" : (toMinute(key.expiryDate) ?? "-"),
    key.id,
  ]);
  return renderTable(HEAD, rows);
}

function stateOf({ revoked, expiryDate }: ListedKey, now: number): string {
  if (revoked) return "revoked";
  return Date.parse(expiryDate) <= now ? "expired" : "valid";
}

function toMinute(time: string | null): string | null {
  return time === null ? null : renderTime(time, "minute");
}
