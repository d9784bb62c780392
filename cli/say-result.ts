// How a command that asks a host says what came of it: JSON for programs, or text for people with a note beside it.
import type { Result } from "../schemas/result.ts";
import type { CliFailure } from "./cli-failure.ts";

/** What a command says: to programs, on standard output, and beside it to people. */
export interface Said {
  readonly json: unknown;
  readonly text: string;
  readonly aside?: string;
  /** By default 0. */
  readonly exitCode?: number;
}

/** Prints it; the answer is the exit code. */
export function sayResult(said: Result<Said, CliFailure>, asJson: boolean): number {
  if (asJson) {
    process.stdout.write(`${JSON.stringify(said.ok ? said.value.json : { error: said.failure }, null, 2)}\n`);
  } else if (said.ok) {
    if (said.value.aside !== undefined) process.stderr.write(`${said.value.aside}\n`);
    process.stdout.write(`${said.value.text}\n`);
  } else {
    process.stderr.write(`${said.failure.message}\n`);
  }
  return said.ok ? (said.value.exitCode ?? 0) : 1;
}
