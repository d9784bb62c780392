// The answers of Kili that one order of a trial was sent with, or that it is to bring back.
import type { Recording, TrialOrder } from "../../schemas/trial.ts";
import { MAX_RECORDED_CHARS } from "../limits.ts";

export class TrialReads {
  readonly #mode: TrialOrder["reads"];
  readonly #recording: Recording;
  readonly #kept = new Map<string, string>();
  #chars = 0;

  constructor(mode: TrialOrder["reads"], recording: Recording) {
    this.#mode = mode;
    this.#recording = recording;
  }

  /** As JSON text. */
  find(hash: string): string | null {
    if (this.#mode !== "recording" || !Object.hasOwn(this.#recording, hash)) return null;
    return JSON.stringify(this.#recording[hash]);
  }

  /** What is too much to bring back is not kept: played back, it says that it is missing. */
  keep(hash: string, data: string): void {
    if (this.#mode !== "record" || this.#kept.has(hash) || this.#chars + data.length > MAX_RECORDED_CHARS) return;
    this.#chars += data.length;
    this.#kept.set(hash, data);
  }

  /** What was kept. */
  recorded(): Recording {
    return Object.fromEntries([...this.#kept].map(([hash, data]) => [hash, JSON.parse(data) as Recording[string]]));
  }
}
