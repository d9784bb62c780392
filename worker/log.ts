// The Worker's own log: each line of its console is one JSON object. Time is added by whoever keeps the lines. What
// plugins log is theirs and goes to the history, not here. Payloads and secrets do not belong in any field.
import { MAX_ERROR_CHARS } from "./limits.ts";

/** How much it matters: `error` wants somebody to look, `warning` may pass by itself. */
export type HostLogLevel = "info" | "warning" | "error";

/** What a line is about, by ids and names, and numbers with their unit in the name. */
export interface HostLogFields {
  readonly project?: string;
  readonly plugin?: string;
  readonly event?: string;
  readonly delivery?: string;
  readonly run?: string;
  readonly [field: string]: unknown;
  /** What was caught: written as its name, message and stack. */
  readonly error?: unknown;
}

const PRINT = { info: "log", warning: "warn", error: "error" } as const;

/** Prints one line. `message` says what happened in words that stay the same, so that lines can be counted by it. */
export function log(level: HostLogLevel, message: string, fields: HostLogFields = {}): void {
  const { error, ...rest } = fields;
  const caught = error === undefined ? {} : { error: toFacts(error) };
  const head = { level, message };
  // Twice: it comes first in the line, and no field takes its place.
  console[PRINT[level]](JSON.stringify({ ...head, ...rest, ...head, ...caught }));
}

function toFacts(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { message: clip(String(error)) };
  const message = withoutParameters(error.message);
  const stack = error.stack === undefined ? {} : { stack: clip(error.stack.replace(error.message, () => message)) };
  const cause = error.cause instanceof Error ? { cause: clip(error.cause.message) } : {};
  return { name: error.name, message: clip(message), ...cause, ...stack };
}

/** Drizzle says what a failed query was asked with, which may be anybody's data. */
function withoutParameters(message: string): string {
  return message.startsWith("Failed query:") ? message.replace(/\nparams: .*$/s, "") : message;
}

function clip(text: string): string {
  return text.length <= MAX_ERROR_CHARS ? text : `${text.slice(0, MAX_ERROR_CHARS - 1)}…`;
}
