// Has an archive built in the builder's isolate: no network, no bindings, a time limit. Whatever becomes of it, one
// build result comes back. What building means is worker/build's business.
import * as v from "valibot";
import { BUILDER_HASH } from "../../dist/builder-hash.ts";
import { BuildResultSchema, type BuildResult } from "../../schemas/artifact.ts";
import { BUILD_FACTS_HEADER, type UploadFacts } from "../../schemas/upload.ts";
import { boundedSink } from "../build/bounded-sink.ts";
import { hashText } from "../build/hash-text.ts";
import type { Env } from "../env.ts";
import { BUILD_MS, MAX_BUILD_ANSWER_BYTES } from "../limits.ts";
import { log } from "../log.ts";

const BUILDER_COMPATIBILITY_DATE = "2026-11-01";

/** Raised to leave an isolate behind that hangs or did not load: its name would lead to it again. */
let generation = 0;

/** Builds `archive`. The result is about the plugin that was uploaded, and its hash fits its code. */
export async function runBuilder(
  archive: ReadableStream<Uint8Array>,
  facts: UploadFacts,
  { LOADER, ASSETS }: Pick<Env, "LOADER" | "ASSETS">,
  limitMs: number = BUILD_MS,
): Promise<BuildResult> {
  const failed = (message: string): BuildResult => ({
    status: "failed",
    name: facts.pluginName,
    problems: [{ file: "archive.zip", line: null, column: null, message, frame: null }],
  });
  const timeout = AbortSignal.timeout(limitMs);
  try {
    const answer = await builderOf({ LOADER, ASSETS }).fetch("http://builder/", {
      method: "POST",
      headers: { [BUILD_FACTS_HEADER]: encodeURIComponent(JSON.stringify(facts)) },
      body: archive,
      signal: timeout,
    });
    if (!answer.ok || answer.body === null) throw new Error(`the builder answered ${answer.status}`);
    const sink = boundedSink(MAX_BUILD_ANSWER_BYTES);
    await answer.body.pipeTo(sink.stream, { signal: timeout });
    const result = v.parse(BuildResultSchema, JSON.parse(new TextDecoder().decode(sink.bytes())));
    return (await isAbout(result, facts.pluginName))
      ? result
      : failed("Cannot build plugin: found another plugin's result");
  } catch (error) {
    generation += 1;
    if (timeout.aborted) return failed(`Cannot build plugin: found it building after ${limitMs} ms, wanted it done`);
    // What the bundler's own recursion could not follow takes its isolate along.
    if (/maximum call stack/i.test(String(error)))
      return failed("Cannot build plugin: found code nested too deeply, wanted it in smaller expressions");
    log("error", "builder failed", { plugin: facts.pluginName, error });
    return failed("Cannot build plugin: the builder ended without a result; the host's log says why");
  }
}

function builderOf({ LOADER, ASSETS }: Pick<Env, "LOADER" | "ASSETS">): Fetcher {
  const worker = LOADER.get(`builder.${BUILDER_HASH.slice(0, 16)}.${generation}`, async () => {
    const [code, wasm] = await Promise.all([readAsset(ASSETS, "builder.js"), readAsset(ASSETS, "esbuild.wasm")]);
    return {
      compatibilityDate: BUILDER_COMPATIBILITY_DATE,
      mainModule: "builder.js",
      modules: { "builder.js": { js: new TextDecoder().decode(code) }, "esbuild.wasm": { wasm } },
      env: {},
      globalOutbound: null,
    };
  });
  return worker.getEntrypoint("builder");
}

async function readAsset(assets: Fetcher, file: string): Promise<ArrayBuffer> {
  const answer = await assets.fetch(`http://assets/${file}`);
  if (!answer.ok) throw new Error(`asset ${file} answered ${answer.status}: was npm run build run?`);
  return answer.arrayBuffer();
}

/** The builder worked on a stranger's input: it does not get to say whose code its result is. */
async function isAbout(result: BuildResult, pluginName: string): Promise<boolean> {
  if (result.status === "failed") return result.name === pluginName;
  const { hash, manifest, code } = result.artifact;
  return manifest.name === pluginName && hash === (await hashText(`${JSON.stringify(manifest)}\n${code}`));
}
