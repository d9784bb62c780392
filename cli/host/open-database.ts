// The host's database in a process of its own, as D1 is on Cloudflare: what it is busy with holds up no run and no
// delivery, and it lives on when a plugin takes the runtime down. It speaks D1's own protocol, on a socket.
import { request } from "node:http";
import type { V4WorkerOptionsShape } from "miniflare";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import type { Supervised } from "../supervisor/supervised.ts";
import { databaseSocket, type DatabaseSocket } from "./database-socket.ts";
import { migrateDatabase } from "./migrate-database.ts";
import { startMiniflare, type OnRuntimeLog } from "./start-miniflare.ts";

/**
 * What workerd's D1 binding sends is passed on as it is; every request of it is a POST. Not by the default export: that
 * is on a port of Miniflare's as well, where anybody on this machine can ask.
 */
const SCRIPT = `import { WorkerEntrypoint } from "cloudflare:workers";
export class Database extends WorkerEntrypoint {
  fetch(request) {
    return request.method === "GET" ? new Response("ok") : this.env.DB.fetcher.fetch(request);
  }
}
export default { fetch: () => new Response(null, { status: 404 }) };`;

export interface DatabaseOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly config: WorkerConfig;
  readonly onLog?: OnRuntimeLog | undefined;
}

export interface OpenDatabase {
  /** Where the runtime finds it. */
  readonly address: string;
  readonly first: Supervised;
  /** Opens it anew, at the same address. */
  readonly open: () => Promise<Result<Supervised, CliFailure>>;
}

/** Opens the database and brings it up to date. Null where it can have no process of its own: the runtime keeps it. */
export async function openDatabase(options: DatabaseOptions): Promise<Result<OpenDatabase | null, CliFailure>> {
  const socket = databaseSocket(options.dataDir);
  if (socket === null) {
    const migrated = await startMigrated(options, null);
    if (migrated.ok) await migrated.value.close();
    return migrated.ok ? ok(null) : migrated;
  }
  const open: OpenDatabase["open"] = async () => {
    const started = await startMigrated(options, socket);
    return started.ok ? ok({ ...started.value, probe: (signal) => probe(socket.path, signal) }) : started;
  };
  const first = await open();
  return first.ok ? ok({ address: socket.address, first: first.value, open }) : first;
}

/** Starts it, listening on `socket` if there is one. */
async function startMigrated(
  { root, dataDir, config, onLog }: DatabaseOptions,
  socket: DatabaseSocket | null,
): Promise<Result<Omit<Supervised, "probe">, CliFailure>> {
  const { d1Databases = {} } = config.workerOptions as Pick<V4WorkerOptionsShape, "d1Databases">;
  const started = startMiniflare({
    ...{ root, dataDir, onLog },
    worker: {
      ...{ modules: true, script: SCRIPT, d1Databases },
      unsafeDirectSockets: socket === null ? [] : [{ entrypoint: "Database", host: socket.host, port: 0 }],
    },
    onStart: () => socket?.remove(),
    // For whoever wants to know which of the host's processes this is.
    environment: { KILI_EDGE_PROCESS: "database" },
  });
  const close = async (): Promise<void> => {
    await started.close();
    socket?.remove();
  };
  const migrated = await migrateDatabase(root, dataDir, started.miniflare);
  if (migrated.ok) return ok({ runtime: started.runtime, close });
  await close();
  return migrated;
}

function probe(socketPath: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path: "/", signal }, (response) => {
      response.once("error", reject).once("end", resolve).resume();
    });
    sent.once("error", reject).end();
  });
}
