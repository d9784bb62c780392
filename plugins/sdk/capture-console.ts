// Makes console.* write log lines of the run that called it, as print does on Kili's own runner.
import { createConsole } from "./create-console.ts";
import type { GuestRun } from "./guest-run.ts";

// Taken while it is still the platform's.
const now = Date.now.bind(Date);

/** Replaces the isolate's console. Lines written while modules load belong to no run and are dropped. */
export function captureConsole(currentRun: () => GuestRun | undefined): void {
  const methods = createConsole(currentRun, now);
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(console, name, { value });
}
