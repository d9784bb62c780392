// What the supervisor looks after: something that a workerd of its own runs.
import type { ChildProcess } from "node:child_process";

export interface Supervised {
  /** Its workerd, dead or alive: another one after each restart. */
  runtime(): ChildProcess | null;
  /** Resolves when it has answered a question that makes it do nothing; rejects when it cannot. */
  probe(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
