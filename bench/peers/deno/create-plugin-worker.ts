// One plugin in a Web Worker of its own, which may do nothing but compute.

export interface PluginAnswer {
  readonly outcome: string;
  readonly logs: readonly string[];
}

export interface PluginWorker {
  run(body: string): Promise<PluginAnswer>;
}

const TIMEOUT_MS = 60_000;

/** Starts the worker at `url`. */
export function createPluginWorker(url: URL): PluginWorker {
  const worker = new Worker(url.href, { type: "module", deno: { permissions: "none" } });
  const waiting = new Map<number, (answer: PluginAnswer) => void>();
  let runs = 0;
  worker.addEventListener("message", ({ data }: { data: PluginAnswer & { readonly id: number } }) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  return {
    run(body) {
      const id = runs;
      runs += 1;
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve({ outcome: "timeout", logs: [] }), TIMEOUT_MS);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
        worker.postMessage({ id, body });
      });
    },
  };
}
