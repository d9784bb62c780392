// How the latest runtimes on a data directory ended, as a file that the next one reads: whoever ran when they did is not
// to be blamed for what came from outside. It judges nothing.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { RuntimeEndingsSchema, type RuntimeEnding } from "../../schemas/runtime-ending.ts";

/** A runtime that keeps dying is given pauses: nobody asks about those that lie so many deaths back. */
const KEPT = 100;
const FILE = "endings.json";

export interface EndingsFile {
  /** Writes one down, before it returns: the next runtime may be there in no time. */
  add(ending: RuntimeEnding): void;
}

/** The folder that the Worker is given to read. */
export function endingsFolder(dataDir: string): string {
  return join(dataDir, "endings");
}

/** Opens the file, or begins it. What cannot be written, for want of a disk with room, is told to `onFailure`. */
export function openEndingsFile(dataDir: string, onFailure: (error: unknown) => void): EndingsFile {
  const folder = endingsFolder(dataDir);
  const file = join(folder, FILE);
  let endings = readEndings(file);
  const write = (): void => {
    try {
      mkdirSync(folder, { recursive: true });
      // Never half there for who reads it, nor when this process dies.
      writeFileSync(`${file}.next`, JSON.stringify(endings));
      renameSync(`${file}.next`, file);
    } catch (error) {
      onFailure(error);
    }
  };
  write();
  return {
    add(ending) {
      // Should it not be written, it is with the next one: a gap could make a death somebody else's.
      endings = [...endings, ending].slice(-KEPT);
      write();
    },
  };
}

function readEndings(file: string): readonly RuntimeEnding[] {
  try {
    return v.parse(RuntimeEndingsSchema, JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return [];
  }
}
