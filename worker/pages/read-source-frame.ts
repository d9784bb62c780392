// The lines around a place in a version's sources. Versions that came without sources, or are no longer kept, have none.
import { sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";
import * as v from "valibot";
import type { SourcePosition } from "../../schemas/run.ts";
import { codeFrame } from "../build/code-frame.ts";
import { readArtifact } from "../store/read-artifact.ts";
import { readSourceMap } from "../store/read-source-map.ts";

const LINES_AROUND = 3;

/** The frame, or null where the version has no such file or line. `main` is its main file. */
export async function readSourceFrame(
  db: D1Database,
  { hash, main }: { readonly hash: string; readonly main: string },
  { file, line, column }: SourcePosition,
): Promise<string | null> {
  const text = main.endsWith(".py") ? await readPythonFile(db, hash, file) : await readScript(db, hash, file);
  const wanted = text?.split(/\r?\n/, line)[line - 1];
  if (text === null || wanted === undefined) return null;
  // Python names no column: the statement is what is meant.
  const at = main.endsWith(".py") ? wanted.search(/\S|$/) + 1 : column;
  return codeFrame(text, line, at, 1, LINES_AROUND);
}

const PythonBundleSchema = v.object({ files: v.record(v.string(), v.string()) });

async function readPythonFile(db: D1Database, hash: string, file: string): Promise<string | null> {
  const artifact = await readArtifact(db, hash);
  const bundle = v.safeParse(PythonBundleSchema, parse(artifact?.code ?? ""));
  if (!bundle.success) return null;
  const { files } = bundle.output;
  return Object.hasOwn(files, file) ? (files[file] ?? null) : null;
}

async function readScript(db: D1Database, hash: string, file: string): Promise<string | null> {
  const map = await readSourceMap(db, hash);
  try {
    return map === null ? null : sourceContentFor(new TraceMap(map), file);
  } catch {
    // A map that cannot be read costs the frame, not the page.
    return null;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
