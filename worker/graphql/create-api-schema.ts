// The executable schema: the SDL, and for each field that is not plainly a property, who answers it.
import { createSchema } from "graphql-yoga";
import type { GraphQLSchema } from "graphql";
import { API_SDL } from "./api-sdl.ts";
import { activationFields, activationMutations } from "./activation-mutations.ts";
import { apiKeyMutations } from "./api-key-mutations.ts";
import { apiKeyQueries } from "./api-key-queries.ts";
import { dateTimeScalar } from "./date-time-scalar.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { backfillMutations } from "./backfill-mutations.ts";
import { deadLetterMutations, deadLetterQueries } from "./dead-letter-fields.ts";
import { eventMutations } from "./event-mutations.ts";
import { deliveryFields, eventFields, runFields } from "./history-fields.ts";
import { historyQueries } from "./history-queries.ts";
import { jsonScalar } from "./json-scalar.ts";
import { kiliQueries } from "./kili-queries.ts";
import { pageSizeScalar } from "./page-size-scalar.ts";
import { pauseFields, pauseMutations, pauseQueries } from "./pause-fields.ts";
import { pluginFields } from "./plugin-fields.ts";
import { pluginMutations } from "./plugin-mutations.ts";
import { pluginRunnerMutations } from "./plugin-runner-mutations.ts";
import { pluginUploadMutations } from "./plugin-upload-mutations.ts";
import { requireRoles } from "./require-role.ts";
import { statusQueries } from "./status-queries.ts";
import { trialMutations } from "./trial-mutations.ts";
import { webhookMutations } from "./webhook-mutations.ts";

/** Builds the schema. Takes milliseconds: once per isolate. */
export function createApiSchema(): GraphQLSchema {
  return createSchema<GraphqlContext>({
    typeDefs: API_SDL,
    resolvers: {
      DateTime: dateTimeScalar,
      PageSize: pageSizeScalar,
      JSON: jsonScalar,
      Query: {
        ...deadLetterQueries,
        ...apiKeyQueries,
        ...kiliQueries,
        ...historyQueries,
        ...pauseQueries,
        ...statusQueries,
      },
      Mutation: requireRoles({
        ...activationMutations,
        ...apiKeyMutations,
        ...backfillMutations,
        ...deadLetterMutations,
        ...eventMutations,
        ...pauseMutations,
        ...pluginMutations,
        ...pluginRunnerMutations,
        ...pluginUploadMutations,
        ...trialMutations,
        ...webhookMutations,
      }),
      Plugin: pluginFields,
      PluginActivation: activationFields,
      Event: eventFields,
      Pause: pauseFields,
      Delivery: deliveryFields,
      Run: runFields,
    },
    resolverValidationOptions: { requireResolversToMatchSchema: "error" },
  });
}
