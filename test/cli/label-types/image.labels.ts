// Made by `kili-edge types` from the interface of "image.json".
// Make it anew when the interface changes: what is changed here is lost then.
import type { Answers, Choice, Objects, Relations, Transcription } from "kili-edge/sdk";

/** What each job is answered with, by its name. */
export interface Jobs {
  /** OBJECT_DETECTION: What is on the street? */
  readonly JOB_0: Objects<"rectangle" | "polygon" | "marker", "CAR" | "BUS", Answers<Jobs, "PLATE" | "COLOR">>;
  /** OBJECT_DETECTION */
  readonly LANES: Objects<"polyline" | "vector", "LANE">;
  /** OBJECT_DETECTION */
  readonly PEOPLE: Objects<"pose" | "semantic", "PERSON">;
  /** OBJECT_DETECTION */
  readonly FREE: Objects<"marker" | "polygon" | "polyline" | "pose" | "rectangle" | "semantic" | "vector", "ANYTHING">;
  /** CLASSIFICATION: Weather */
  readonly WEATHER: Choice<"RAIN" | "SUN", Answers<Jobs, "HOW_MUCH">>;
  /** CLASSIFICATION */
  readonly USABLE: Choice<"YES" | "NO">;
  /** TRANSCRIPTION */
  readonly HOW_MUCH: Transcription;
  /** TRANSCRIPTION */
  readonly PLATE: Transcription;
  /** CLASSIFICATION */
  readonly COLOR: Choice<"RED" | "BLUE", Answers<Jobs, "SHADE">>;
  /** CLASSIFICATION */
  readonly SHADE: Choice<"DARK" | "LIGHT">;
  /** OBJECT_RELATION */
  readonly OVERLAP: Relations<"BEHIND">;
}

/** A label's `jsonResponse`. */
export type ProjectResponse = Answers<Jobs, "JOB_0" | "LANES" | "PEOPLE" | "FREE" | "WEATHER" | "USABLE" | "OVERLAP">;
