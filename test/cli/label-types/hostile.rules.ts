// Rules with the types of hostile.labels.ts, whose names are made to break out of it.
import { annotationsOf, categoriesOf, type SubmitEvent } from "kili-edge/sdk";
import type { ProjectResponse } from "./hostile.labels.ts";

export function readHostile({ label }: SubmitEvent<ProjectResponse>): unknown[] {
  const job = 'it\'s "quoted" `${job}` \\';
  const [object] = annotationsOf(label, { job, category: "été ☃ 🚗" });
  annotationsOf(label, { job, category: "a\nb" });
  // @ts-expect-error A class that is none.
  annotationsOf(label, { job, category: "a b" });
  const inner = object?.children?.["__proto__"]?.categories?.[0];
  // @ts-expect-error A class that is none.
  if (inner?.name === "valueOf") return [];
  return [inner?.name === "toString", categoriesOf(inner?.children, "constructor").includes("\u202edesrever")];
}
