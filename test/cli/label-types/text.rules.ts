// Rules with the types of text.labels.ts.
import { annotationsOf, textOf, type SubmitEvent } from "kili-edge/sdk";
import type { ProjectResponse } from "./text.labels.ts";

export function readText({ label }: SubmitEvent<ProjectResponse>): unknown[] {
  const [person] = annotationsOf(label, { job: "ENTITIES", category: "PERSON" });
  const [relation] = annotationsOf(label, { job: "RELATIONS", category: "WORKS_FOR" });
  // @ts-expect-error A class of another job.
  annotationsOf(label, { job: "ENTITIES", category: "WORKS_FOR" });
  // @ts-expect-error A job that is none.
  textOf(label.jsonResponse, "SUMARY");
  // @ts-expect-error A transcription has no classes.
  const classes: { readonly name: string }[] = label.jsonResponse?.SUMMARY?.categories;
  return [
    classes,
    person?.beginOffset,
    person?.content,
    textOf(person?.children, "ROLE"),
    relation?.startEntities?.[0]?.mid === person?.mid,
    textOf(label.jsonResponse, "SUMMARY"),
    // What this task is answered with is not known: any job's answer.
    label.jsonResponse?.PAGES?.["pages"],
  ];
}
