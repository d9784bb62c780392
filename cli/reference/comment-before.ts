// The JSDoc before a place in a source, for generated docs.
import type { Comment } from "oxc-parser";

/** The words of the JSDoc right before a place, its tags among them; empty where there is none. */
export function commentBefore(start: number, comments: readonly Comment[], source: string): string {
  const comment = comments.find(({ end }) => end < start && source.slice(end, start).trim() === "");
  if (comment?.type !== "Block") return "";
  return comment.value
    .replace(/^\*/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .trim();
}
