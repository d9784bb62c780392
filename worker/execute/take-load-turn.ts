// Whether a run has to wait until others have loaded: where one thread runs all plugins and somebody watches over it,
// those that load into an interpreter do.
import { isPython } from "../../schemas/is-python.ts";
import { coldLoads, type LoadTurn } from "./cold-loads.ts";
import { isolateName, type IsolateKey } from "./load-isolate.ts";

const NO_TURN: LoadTurn = { loaded: () => {}, ended: () => {} };

/** Waits for at most `patienceMs`. `maxCpuMs` is the deployment's own cap on CPU time, Infinity where nobody minds. */
export async function takeLoadTurn(key: IsolateKey, patienceMs: number, maxCpuMs: number): Promise<LoadTurn> {
  if (maxCpuMs === Infinity || !isPython(key)) return NO_TURN;
  return coldLoads.enter(isolateName(key), patienceMs);
}
