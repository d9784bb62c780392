// One line of a serving host's log: a JSON object with a time, a level and a source. It decides no words.
import { stripVTControlCharacters } from "node:util";
import type { HostNote } from "./host-note.ts";
import { parseJson } from "../parse-json.ts";
import type { RuntimeLogLine } from "./start-miniflare.ts";

/** A note of the host itself. */
export function hostLogLine(note: HostNote, at: number): string {
  const { level, message, facts = {} } = note;
  return toLine(at, "host", { level, message, ...facts });
}

/** What the Worker logged, whose lines are JSON objects already, or else what its runtime has to say. */
export function runtimeLogLine({ timestamp, level, message }: RuntimeLogLine): string {
  const logged = parseJson(message);
  if (typeof logged === "object" && logged !== null && !Array.isArray(logged) && "message" in logged) {
    return toLine(timestamp, "worker", logged);
  }
  return toLine(timestamp, "runtime", { level: LEVELS[level] ?? "info", message: stripVTControlCharacters(message) });
}

const LEVELS: Readonly<Record<string, string>> = { warn: "warning", error: "error" };

function toLine(at: number, source: "host" | "runtime" | "worker", facts: object): string {
  return JSON.stringify({ time: new Date(at).toISOString(), source, ...facts });
}
