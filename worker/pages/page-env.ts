// What every page's handler finds in its context, and what the rooms beyond hand over. Types only.
import type { Context } from "hono";
import type { AuthenticationFailure, Principal } from "../../schemas/principal.ts";
import type { Result } from "../../schemas/result.ts";
import type { Env } from "../env.ts";
import type { CallApi } from "../graphql/create-api-caller.ts";
import type { SentForm } from "./read-form.ts";

export interface PageDependencies {
  readonly authenticate: (
    request: Request,
    env: Env,
    surroundings: { readonly now: number; readonly later: (work: Promise<unknown>) => void },
  ) => Promise<Result<Principal, AuthenticationFailure>>;
  /** Changes go through the API, so that its roles, its checks and its audit hold for people too. */
  readonly callApi: CallApi;
  readonly now: () => number;
}

/** Follows the reader's system unless they chose. */
export type Theme = "auto" | "light" | "dark";

/** One sentence about what was just done, shown once. */
export interface Flash {
  readonly tone: "good" | "bad";
  readonly text: string;
}

export interface PageEnv {
  Bindings: Env;
  Variables: {
    pages: PageDependencies;
    /** Epoch milliseconds, the same throughout one page. */
    now: number;
    principal: Principal;
    theme: Theme;
    flash: Flash | null;
    form: SentForm;
    /** What the history's mark was before the page was made; missing on pages that do not follow it. */
    mark?: string;
  };
}

export type PageContext = Context<PageEnv>;
