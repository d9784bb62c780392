// Trying a version that is not registered over stored events, for whoever speaks GraphQL already. What is too large for
// an operation, and recordings, go to POST /api/trials.
import type { TrialAnswer, TrialOrder } from "../../schemas/trial.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";

interface TryArguments {
  readonly data: { readonly projectId: string; readonly artifact: string; readonly eventIds: readonly string[] };
}

export const trialMutations = {
  tryPlugin: async (_: unknown, { data }: TryArguments, { env, orderTrial }: GraphqlContext) => {
    const { artifact, eventIds, projectId } = data;
    const order: Record<keyof TrialOrder, unknown> = {
      ...{ projectId, artifact: parse(artifact), eventIds },
      ...{ reads: "kili", recording: {} },
    };
    const tried = await orderTrial(order, env);
    if (!tried.ok) {
      const { reason, why } = tried.failure;
      throw requestError(reason === "busy" ? "BUSY" : "BAD_USER_INPUT", `Cannot try the plugin: ${why}`);
    }
    return JSON.parse(tried.value) as TrialAnswer;
  },
};

/** Null is no artifact, which the order's check says. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
