// Made by `kili-edge types` from the interface of "text.json".
// Make it anew when the interface changes: what is changed here is lost then.
import type { Answers, Entities, JobResponse, Relations, Transcription } from "kili-edge/sdk";

/** What each job is answered with, by its name. */
export interface Jobs {
  /** NAMED_ENTITIES_RECOGNITION */
  readonly ENTITIES: Entities<"PERSON" | "COMPANY", Answers<Jobs, "ROLE">>;
  /** TRANSCRIPTION */
  readonly ROLE: Transcription;
  /** NAMED_ENTITIES_RELATION */
  readonly RELATIONS: Relations<"WORKS_FOR">;
  /** TRANSCRIPTION */
  readonly SUMMARY: Transcription;
  /** PAGE_LEVEL_CLASSIFICATION */
  readonly PAGES: JobResponse;
}

/** A label's `jsonResponse`. */
export type ProjectResponse = Answers<Jobs, "ENTITIES" | "RELATIONS" | "SUMMARY" | "PAGES">;
