// Made by `kili-edge types` from the interface of "hostile.json".
// Make it anew when the interface changes: what is changed here is lost then.
import type { Answers, Choice, JobResponse, Objects, Transcription } from "kili-edge/sdk";

/** What each job is answered with, by its name. */
export interface Jobs {
  /** OBJECT_DETECTION: *∕ export const leaked = 1; /* ＠deprecated // */
  readonly 'it\'s "quoted" `${job}` \\': Objects<
    "rectangle" | 'not a tool"; throw 1; "',
    "a\nb" | "été ☃ 🚗" | "",
    Answers<Jobs, "__proto__">
  >;
  /** CLASSIFICATION */
  readonly __proto__: Choice<"__proto__" | "toString", Answers<Jobs, "constructor">>;
  /** CLASSIFICATION */
  readonly constructor: Choice<"\u{202e}desrever" | "\ud800", Answers<Jobs, "__proto__">>;
  /** TRANSCRIPTION */
  readonly annotations: Transcription;
  /** *∕ } evil { */
  readonly Jobs: JobResponse;
  /** OBJECT_DETECTION */
  readonly Answers: Objects<"marker" | "polygon" | "polyline" | "pose" | "rectangle" | "semantic" | "vector", never>;
}

/** A label's `jsonResponse`. */
export type ProjectResponse = Answers<Jobs, 'it\'s "quoted" `${job}` \\' | "annotations" | "Jobs" | "Answers">;
