// Made by `kili-edge types` from the interface of "video.json".
// Make it anew when the interface changes: what is changed here is lost then.
import type { Answers, Choice, Frames, Objects } from "kili-edge/sdk";

/** What each job is answered with, by its name. */
export interface Jobs {
  /** OBJECT_DETECTION */
  readonly TRACK: Objects<"rectangle", "BALL" | "PLAYER">;
  /** CLASSIFICATION */
  readonly SCENE: Choice<"GOAL">;
}

/** What one frame is answered with. */
export type FrameResponse = Answers<Jobs, "TRACK" | "SCENE">;

/** A label's `jsonResponse`: the answers by frame. */
export type ProjectResponse = Frames<FrameResponse>;
