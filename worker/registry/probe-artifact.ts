// Loads an artifact once, to learn at registration what would otherwise surface at the first event.
import * as v from "valibot";
import { BuildProblemSchema, type Artifact, type BuildProblem } from "../../schemas/artifact.ts";
import { isPython } from "../../schemas/is-python.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { boundedSink } from "../build/bounded-sink.ts";
import { codeFrame } from "../build/code-frame.ts";
import { maxCpuMs, type Env } from "../env.ts";
import { loadCpuMs } from "../execute/load-cpu-ms.ts";
import { loadIsolate } from "../execute/load-isolate.ts";
import { takeLoadTurn } from "../execute/take-load-turn.ts";
import { MAX_BUILD_PROBLEMS, MAX_PROBES_ANSWER_BYTES, MAX_PROBLEM_CHARS } from "../limits.ts";

const PROBE_MS = 10_000;

const ProblemsSchema = v.object({ problems: v.array(v.omit(BuildProblemSchema, ["frame"])) });

/** Ok when the module loads and holds the class; otherwise what is wrong, in the platform's words or the harness's. */
export async function probeArtifact(
  artifact: Artifact,
  env: Pick<Env, "LOADER" | "ASSETS" | "MAX_CPU_MS">,
): Promise<Result<null, BuildProblem[]>> {
  const { hash, manifest } = artifact;
  // Kept for the runs to come only where they may all share it.
  const isolation = manifest.isolation === "plugin" ? "plugin" : "run";
  const key = { hash, isolation, main: manifest.main, projectId: "", generation: 0, place: 0 } as const;
  const sources = { readCode: async () => artifact.code, assets: env.ASSETS };
  const isolate = loadIsolate(env.LOADER, key, sources, { props: { loadCpuMs: loadCpuMs(maxCpuMs(env)) } });
  // Whoever else runs there, nothing is known to be loaded.
  const turn = await takeLoadTurn({ ...key, isolation: "run" }, PROBE_MS, maxCpuMs(env));
  try {
    const answer = await isolate.fetch("http://plugin/", { signal: AbortSignal.timeout(PROBE_MS) });
    if (!answer.ok && answer.body !== null && isPython(manifest))
      return fail(await readProblems(answer.body as ReadableStream<Uint8Array>, artifact));
    await answer.body?.cancel();
    return answer.ok ? ok(null) : fail([toProblem(manifest.main, "the module's default export is not a class")]);
  } catch (error) {
    return fail([toProblem(manifest.main, error instanceof Error ? error.message : String(error))]);
  } finally {
    turn.loaded();
  }
}

/** What the harness of another language finds wrong. The plugin may have had a hand in it. */
async function readProblems(body: ReadableStream<Uint8Array>, { code }: Artifact): Promise<BuildProblem[]> {
  const sink = boundedSink(MAX_PROBES_ANSWER_BYTES);
  await body.pipeTo(sink.stream);
  const { problems } = v.parse(ProblemsSchema, JSON.parse(new TextDecoder().decode(sink.bytes())));
  const { files } = JSON.parse(code) as { readonly files: Readonly<Record<string, string>> };
  return problems.slice(0, MAX_BUILD_PROBLEMS).map(({ file, line, column, message }) => {
    const text = Object.hasOwn(files, file) ? files[file] : undefined;
    const frame = text === undefined || line === null ? null : codeFrame(text, line, column ?? 1);
    return { file, line, column, message: message.slice(0, MAX_PROBLEM_CHARS), frame };
  });
}

function toProblem(file: string, words: string): BuildProblem {
  return { file, line: null, column: null, message: `Cannot load the module: ${words}`, frame: null };
}
