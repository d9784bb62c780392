// Which plugins a person should look at first.
import type { PluginSummary } from "../store/summarize-plugins.ts";

/** True if its latest build or any of its latest runs failed. */
export function isInTrouble(plugin: PluginSummary): boolean {
  return troubleOf(plugin) > 0;
}

/** Sorts those in trouble first: builds that failed, then the largest share of failed runs, then by name. */
export function byTrouble(a: PluginSummary, b: PluginSummary): number {
  return troubleOf(b) - troubleOf(a) || a.name.localeCompare(b.name);
}

function troubleOf({ status, runs, okRuns }: PluginSummary): number {
  return (status === "FAILED" ? 1 : 0) + (runs === 0 ? 0 : (runs - okRuns) / runs);
}
