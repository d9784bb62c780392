// A webhook that is to be registered: an address outside, as a plugin. What crosses from the API to the registry.
import type { Result } from "./result.ts";

export interface WebhookOrder {
  readonly name: string;
  readonly url: string;
  /** Sent as `Authorization`, as it stands; null for none. A secret. */
  readonly header: string | null;
  /** Handler types or event patterns. */
  readonly events: readonly string[];
  /** True for a new plugin; otherwise a new version of the webhook of that name. */
  readonly isNew: boolean;
}

/** Why it was not registered. None of these holds the header, or more of the URL than its host. */
export type WebhookOrderFailure =
  | { readonly reason: "name_taken" | "unknown_plugin" | "not_a_webhook" | "no_store_secret" | "bad_header" }
  /** Why deliveries may not go there, in words. */
  | { readonly reason: "bad_url"; readonly message: string }
  | { readonly reason: "url_too_long" | "header_too_long"; readonly chars: number; readonly limit: number }
  /** The name or the events, by the rules for manifests. */
  | { readonly reason: "bad_manifest"; readonly field: string; readonly message: string };

export type WebhookRegistration = Result<{ readonly versionId: string }, WebhookOrderFailure>;
