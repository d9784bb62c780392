// Registering URLs outside as plugins. Answers in Kili's kind of sentence, only after the inboxes know.
import type { HandlerType } from "../../schemas/event.ts";
import type { WebhookOrderFailure } from "../../schemas/webhook-order.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";

interface WebhookArguments {
  readonly data: {
    readonly pluginName: string;
    readonly webhookUrl: string;
    readonly header?: string | null;
    readonly handlerTypes?: readonly HandlerType[] | null;
    readonly eventMatcher?: readonly string[] | null;
  };
}

/** What Kili sends to a webhook that does not say what it wants. */
const DEFAULT_EVENTS: readonly HandlerType[] = ["onSubmit", "onReview"];

export const webhookMutations = {
  createWebhook: (_: unknown, { data }: WebhookArguments, context: GraphqlContext) => register(data, true, context),
  updateWebhook: (_: unknown, { data }: WebhookArguments, context: GraphqlContext) => register(data, false, context),
};

async function register(
  data: WebhookArguments["data"],
  isNew: boolean,
  { env, principal, now, registerWebhook }: GraphqlContext,
): Promise<string> {
  const cannot = `Cannot ${isNew ? "create" : "update"} webhook ${JSON.stringify(data.pluginName)}`;
  const handlerTypes = data.handlerTypes ?? [];
  const patterns = data.eventMatcher ?? [];
  if (handlerTypes.length > 0 && patterns.length > 0) {
    throw requestError("BAD_USER_INPUT", `${cannot}: handlerTypes and eventMatcher are both given, wanted one of them`);
  }
  const asked = [...new Set([...handlerTypes, ...patterns])];
  const order = {
    name: data.pluginName,
    url: data.webhookUrl,
    header: data.header || null,
    events: asked.length > 0 ? asked : DEFAULT_EVENTS,
    isNew,
  };
  const registered = await registerWebhook(order, { env, now: now(), actor: principal.actor });
  if (!registered.ok) {
    const code = registered.failure.reason === "unknown_plugin" ? "NOT_FOUND" : "BAD_USER_INPUT";
    throw requestError(code, `${cannot}: ${describe(registered.failure, data.pluginName)}`);
  }
  return `Plugin with name ${data.pluginName} successfully ${isNew ? "created" : "updated"}`;
}

/** Never quotes the URL or the header: the one may hold a secret, the other is one. */
function describe(failure: WebhookOrderFailure, name: string): string {
  switch (failure.reason) {
    case "name_taken":
      // Kili's own words, which its SDK looks for.
      return `an entity Plugin already exists with value "${name}" for field 'name'`;
    case "unknown_plugin":
      return "none has that name";
    case "not_a_webhook":
      return "the plugin of that name is code, wanted a webhook";
    case "no_store_secret":
      return "the host cannot keep the header, wanted the deployment to have a STORE_SECRET (without a header it goes)";
    case "bad_header":
      return "header holds what HTTP does not carry, wanted ASCII without line ends and without space around it";
    case "url_too_long":
      return `webhookUrl has ${failure.chars} characters, at most ${failure.limit}`;
    case "header_too_long":
      return `header has ${failure.chars} characters, at most ${failure.limit}`;
    case "bad_url":
      return failure.message;
    case "bad_manifest":
      return `${failure.field === "name" ? "pluginName" : "eventMatcher"}: ${failure.message}`;
  }
}
