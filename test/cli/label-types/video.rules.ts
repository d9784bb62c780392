// Rules with the types of video.labels.ts: jobs are under the number of a frame.
import { annotationsOf, categoriesOf, type SubmitEvent } from "kili-edge/sdk";
import type { ProjectResponse } from "./video.labels.ts";

export function countBalls({ label }: SubmitEvent<ProjectResponse>): number {
  const frames = Object.values(label.jsonResponse ?? {});
  const balls = frames.flatMap((frame) => annotationsOf({ jsonResponse: frame }, { job: "TRACK", category: "BALL" }));
  for (const frame of frames) {
    // @ts-expect-error A class that is none.
    annotationsOf({ jsonResponse: frame }, { job: "TRACK", category: "BAL" });
    // @ts-expect-error A job that is none.
    categoriesOf(frame, "SCEEN");
  }
  // @ts-expect-error The first level are frames, which have no classes.
  annotationsOf(label, { category: "BALL" });
  return balls.length + categoriesOf(label.jsonResponse?.["0"], "SCENE").length;
}
