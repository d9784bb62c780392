// What every resolver gets. Types only.
import type { HostStatus } from "../../schemas/host-status.ts";
import type { BackfillFailure, BackfillOrder, BackfillPage } from "../../schemas/backfill.ts";
import type { Principal } from "../../schemas/principal.ts";
import type { WebhookOrder, WebhookRegistration } from "../../schemas/webhook-order.ts";
import type { Result } from "../../schemas/result.ts";
import type { TrialRefusal } from "../../schemas/trial.ts";
import type { UploadFacts, UploadOutcome, UploadRefusal } from "../../schemas/upload.ts";
import type { Env } from "../env.ts";
import type { Loaders } from "./create-loaders.ts";

export interface GraphqlContext {
  readonly env: Env;
  readonly db: D1Database;
  readonly principal: Principal;
  readonly loaders: Loaders;
  readonly now: () => number;
  /** Scheme and host that the caller reached this host by. */
  readonly origin: string;
  /** Takes work that goes on even if the caller hangs up. */
  readonly later: (work: Promise<unknown>) => void;
  /** Builds the archive that was uploaded for a plugin, which is to be new or to be there. */
  readonly buildUpload: (
    facts: UploadFacts,
    isNew: boolean,
    deps: {
      readonly env: Env;
      readonly now: () => number;
      readonly later: (work: Promise<unknown>) => void;
      readonly actor: string;
    },
  ) => Promise<Result<UploadOutcome, UploadRefusal>>;
  /** Tells inboxes that what runs on a project (or, with "*", on any) has changed. */
  readonly onRegistryChanged: (env: Env, projectId: string) => Promise<void>;
  /** Fills in one page of what the webhook missed. */
  readonly backfillPage: (
    order: BackfillOrder,
    deps: { readonly env: Env; readonly now: () => number },
  ) => Promise<Result<BackfillPage, BackfillFailure>>;
  /** Tries a version over stored events. `order` may be anything a caller can send. */
  readonly orderTrial: (order: unknown, env: Env) => Promise<Result<string, TrialRefusal>>;
  /** Asks the inboxes and the database how things are. `now` is epoch milliseconds. */
  readonly readHostStatus: (env: Env, now: number) => Promise<HostStatus>;
  /** Registers a webhook and tells the inboxes. `actor` is who asked, for the audit. */
  readonly registerWebhook: (
    order: WebhookOrder,
    asked: { readonly env: Env; readonly now: number; readonly actor: string },
  ) => Promise<WebhookRegistration>;
}
