// Leads a place in a bundle back to the author's file and makes a build problem of it.
import { originalPositionFor, sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";
import type { BuildProblem } from "../../schemas/artifact.ts";
import { codeFrame } from "./code-frame.ts";

/** A problem at a place in the bundle; lines count from 1, columns from 0, as acorn has them. */
export type PlaceProblem = (place: { readonly line: number; readonly column: number }, message: string) => BuildProblem;

/** Problems of the bundle that `sourceMap` (with its sources' content) leads away from. */
export function placeProblem(sourceMap: string): PlaceProblem {
  const map = new TraceMap(sourceMap);
  return (place, message) => {
    const { source, line, column } = originalPositionFor(map, place);
    if (source === null) return { file: "bundle", line: null, column: null, message, frame: null };
    const text = sourceContentFor(map, source);
    const frame = text === null ? null : codeFrame(text, line, column + 1);
    return { file: source, line, column: column + 1, message, frame };
  };
}
