// The dashboard on the test database, and the ways tests use it: as a browser would, with its cookies and its origin.
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Hono } from "hono";
import type { Env } from "../../worker/env.ts";
import { authenticate } from "../../worker/graphql/authenticate.ts";
import { createApiCaller } from "../../worker/graphql/create-api-caller.ts";
import { createPages } from "../../worker/pages/create-pages.ts";
import { readHostStatus } from "../../worker/operate/read-host-status.ts";
import { backfillPage } from "../../worker/backfill/backfill-page.ts";
import { buildUpload } from "../../worker/registry/build-upload.ts";
import { orderTrial } from "../../worker/trial/order-trial.ts";
import { registerWebhook } from "../../worker/registry/register-webhook.ts";
import { NOW } from "../store/rows.ts";

export const ADMIN_KEY = "pages-admin-key";
export const ORIGIN = "https://host.example";

/** What time the host takes it to be. A test that changes it sets it back. */
export const clock = { now: NOW };
/** Projects the inboxes were told about. Tests empty it. */
export const notified: string[] = [];
/** What the host's log got. */
export const reported: unknown[] = [];

const callApi = createApiCaller({
  backfillPage,
  buildUpload,
  registerWebhook,
  orderTrial,
  readHostStatus,
  onRegistryChanged: async (_env, projectId) => {
    notified.push(projectId);
  },
  now: () => clock.now,
  reportError: (error) => {
    reported.push(error);
  },
});
const app = new Hono<{ Bindings: Env }>();
app.route("/", createPages({ authenticate, callApi, now: () => clock.now }));

/** One browser: it keeps the cookies it is given, and follows nothing by itself. */
export interface Reader {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  readonly cookies: Map<string, string>;
}

/** A browser nobody has signed in with. `overrides` change the host's environment. */
export function openReader(overrides: Partial<Env> = {}, origin = ORIGIN): Reader {
  const cookies = new Map<string, string>();
  const bindings = { ...env, ADMIN_API_KEY: ADMIN_KEY, STORE_SECRET: "pages-store-secret", ...overrides } as Env;
  const send = async (path: string, init: { method: string; headers: Record<string, string>; body?: string }) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(cookie && { cookie }), ...init.headers };
    const ctx = createExecutionContext();
    const response = await app.fetch(new Request(`${origin}${path}`, { ...init, headers }), bindings, ctx);
    await waitOnExecutionContext(ctx);
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    get: (path, headers = {}) => send(path, { method: "GET", headers }),
    post: (path, form = {}, headers = { origin, "sec-fetch-site": "same-origin" }) =>
      send(path, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
        body: new URLSearchParams(form).toString(),
      }),
  };
}

/** A browser that is signed in with a key. */
export async function signedIn(key = ADMIN_KEY, overrides: Partial<Env> = {}): Promise<Reader> {
  const reader = openReader(overrides);
  const answer = await reader.post("/sign-in", { key });
  if (answer.status !== 303) throw new Error(`signing in answered ${answer.status} ${await answer.text()}`);
  return reader;
}
