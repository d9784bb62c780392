// Whether anybody knows how long a run took: of one that was lost with its process, nobody does.

/** `outcome` is the type of the run's. */
export function isTimed({ outcome, wallMs }: { readonly outcome: string; readonly wallMs: number }): boolean {
  return outcome !== "lost" || wallMs !== 0;
}
