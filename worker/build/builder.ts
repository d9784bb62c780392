// The main module of the isolate that builds uploads: esbuild and everything in this room, in a place where a
// stranger's input can do no harm. It gets one archive per request and answers one build result; it has no network,
// no bindings and no memory of what it built before.
import * as v from "valibot";
import { build, initialize } from "esbuild-wasm";
// @ts-expect-error: the host puts esbuild's own module here when it loads the isolate.
import wasmModule from "./esbuild.wasm";
import { BUILD_FACTS_HEADER } from "../../schemas/upload.ts";
import { buildArchive } from "./build-archive.ts";

const FactsSchema = v.object({
  pluginName: v.string(),
  handlerTypes: v.array(v.string()),
  eventMatcher: v.array(v.string()),
  infersScopes: v.optional(v.boolean(), true),
});

// Shared by all builds of the isolate. Code nested beyond esbuild's stack ends it, at times without an answer to the
// build that did it: the host then waits until its time is up, and has the next build made in another isolate.
let ready: Promise<void> | undefined;

/** `POST` with an archive as body and what was said about it as a header; the answer is a BuildResult. */
export const builder = {
  async fetch(request: Request): Promise<Response> {
    const facts = v.parse(FactsSchema, JSON.parse(decodeURIComponent(request.headers.get(BUILD_FACTS_HEADER) ?? "")));
    const archive = new Uint8Array(await request.arrayBuffer());
    await (ready ??= initialize({ wasmModule: wasmModule as WebAssembly.Module, worker: false }));
    return Response.json(await buildArchive({ ...facts, archive, build }));
  },
};
