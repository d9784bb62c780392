// Every door that is fuzzed, and the part of all cases that each gets: what takes longest gets least.
import { archives } from "./archives.ts";
import { deliveries } from "./deliveries.ts";
import type { FuzzHost } from "./fuzz-target.ts";
import { graphqlDocuments } from "./graphql-documents.ts";
import { manifests } from "./manifests.ts";
import { runFuzzTarget, type FuzzResult } from "./run-fuzz-target.ts";

interface Door {
  readonly name: string;
  /** Of all cases; the shares make one. */
  readonly share: number;
  readonly run: (host: FuzzHost, wanted: { readonly cases: number; readonly seed: number }) => Promise<FuzzResult>;
}

export const FUZZ_TARGETS: readonly Door[] = [
  { name: deliveries.name, share: 0.55, run: (host, wanted) => runFuzzTarget(deliveries, host, wanted) },
  { name: graphqlDocuments.name, share: 0.35, run: (host, wanted) => runFuzzTarget(graphqlDocuments, host, wanted) },
  { name: manifests.name, share: 0.08, run: (host, wanted) => runFuzzTarget(manifests, host, wanted) },
  { name: archives.name, share: 0.02, run: (host, wanted) => runFuzzTarget(archives, host, wanted) },
];
