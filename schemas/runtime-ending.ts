// How a runtime ended: what whoever supervises a host writes down for the runtimes after it, and what a host reads.
import * as v from "valibot";

export const RuntimeEndingsSchema = v.array(
  v.object({
    /** Epoch milliseconds. */
    at: v.number(),
    /** It certainly was nothing that ran in it: somebody told it to end, or killed it while it was well. */
    fromOutside: v.boolean(),
  }),
);

/** One ending. */
export type RuntimeEnding = v.InferOutput<typeof RuntimeEndingsSchema>[number];
