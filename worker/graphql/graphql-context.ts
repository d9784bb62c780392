// What every resolver gets. Types only.
import type { Principal } from "../../schemas/principal.ts";
import type { Env } from "../env.ts";
import type { Loaders } from "./create-loaders.ts";

export interface GraphqlContext {
  readonly env: Env;
  readonly db: D1Database;
  readonly principal: Principal;
  readonly loaders: Loaders;
  readonly now: () => number;
  /** Tells inboxes that what runs on a project (or, with "*", on any) has changed. */
  readonly onRegistryChanged: (env: Env, projectId: string) => Promise<void>;
}
