// The two processes that a host consists of, and what it says when one of them has ended.
import type { OpenDatabase } from "../host/open-database.ts";
import type { Host } from "../host/open-host.ts";
import { supervise, type SuperviseOptions, type Supervision } from "./supervise.ts";
import type { Supervised } from "./supervised.ts";
import type { RuntimeLimits } from "./judge-runtime.ts";
import type { HostNote } from "../host/host-note.ts";

/** It runs nobody's code: what it grows by is kept by the local D1 for nothing, and starting it again costs nothing. */
const MAX_DATABASE_BYTES = 1024 ** 3;

/** Supervises the runtime, `onEnding` being told of each that ended. */
export function superviseRuntime(
  first: Host,
  options: Omit<SuperviseOptions<Host>, "name" | "afterwards">,
): Supervision {
  const afterwards = "what was running counts as lost and is tried again";
  return supervise(first, { ...options, name: "runtime", afterwards });
}

/** Supervises the database. */
export function superviseDatabase(
  { first, open }: OpenDatabase,
  limits: RuntimeLimits,
  note: (note: HostNote) => void,
): Supervision {
  const maxResidentBytes = Math.min(limits.maxResidentBytes, MAX_DATABASE_BYTES);
  const afterwards = "what it had not taken yet is handed over again";
  return supervise<Supervised>(first, {
    ...{ name: "database", afterwards, open, note },
    limits: { ...limits, maxResidentBytes },
  });
}
