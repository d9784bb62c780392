// The composition root: which path leads to which room. Holds no logic of its own.
import { Hono } from "hono";
import { acceptBatch } from "./accept/accept-batch.ts";
import { acceptWebhook } from "./accept/accept-webhook.ts";
import { apiHeaders } from "./api-headers.ts";
import { drain } from "./drain.ts";
import { backfillPage } from "./backfill/backfill-page.ts";
import type { Env } from "./env.ts";
import { authenticate } from "./graphql/authenticate.ts";
import { createApiCaller } from "./graphql/create-api-caller.ts";
import { createGraphqlHandler } from "./graphql/create-graphql-handler.ts";
import { findKiliSchema } from "./graphql/find-kili-schema.ts";
import { rememberKiliSchema } from "./graphql/remember-kili-schema.ts";
import { versionAnswer } from "./graphql/version-answer.ts";
import { answerSupervisor } from "./health/answer-supervisor.ts";
import { createReadyCheck } from "./health/create-ready-check.ts";
import { log } from "./log.ts";
import { answerMetrics } from "./operate/answer-metrics.ts";
import { deleteOld } from "./operate/delete-old.ts";
import { createPages } from "./pages/create-pages.ts";
import { readHostStatus } from "./operate/read-host-status.ts";
import { acceptPlugin } from "./registry/accept-plugin.ts";
import { acceptUpload } from "./registry/accept-upload.ts";
import { buildUpload } from "./registry/build-upload.ts";
import { notifyInboxes } from "./registry/notify-inboxes.ts";
import { registerWebhook } from "./registry/register-webhook.ts";
import { syncDeployed } from "./registry/sync-deployed.ts";
import { listProjects } from "./store/list-projects.ts";
import { acceptTrial } from "./trial/accept-trial.ts";
import { orderTrial } from "./trial/order-trial.ts";

export { Inbox } from "./dispatch/inbox.ts";
export { KiliDoor } from "./execute/kili-door.ts";
export { NetDoor } from "./execute/net-door.ts";
export { KiliBudget } from "./kili/kili-budget.ts";
export { TrialBench } from "./trial/trial-bench.ts";

const app = new Hono<{ Bindings: Env }>();
const checkReady = createReadyCheck({ drain, now: Date.now });

/** `route` and not the path: an upload's path holds its secret. */
function answerBug(error: unknown, method: string, route: string): Response {
  log("error", "request failed", { method, route, error });
  return Response.json({ error: "the host failed, and its log says why" }, { status: 500 });
}
app.onError((error, c) => answerBug(error, c.req.method, c.req.routePath));

app.get("/healthz", (c) => c.json({ status: "ok" }));
app.get("/readyz", (c) => checkReady(c.env));
app.post("/supervisor/:order", (c) => {
  const orders = {
    drain,
    onSchedule: async () => void (await deleteOld(c.env, Date.now)),
    onWebhooks: () => acceptBatch(c.req.raw, c.env),
  };
  return answerSupervisor(c.req.raw, c.req.param("order"), c.env, orders);
});

app.post("/webhook/:plugin", (c) => acceptWebhook(c.req.raw, c.env, c.req.param("plugin")));
// From here on: whoever sends events is no browser, and each answer's headers would cost it.
app.use(apiHeaders);

app.put("/api/plugins", async (c) => {
  const later = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  return acceptPlugin(c.req.raw, c.env, await authenticate(c.req.raw, c.env, { now: Date.now(), later }));
});

app.post("/api/trials", async (c) => {
  const later = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  return acceptTrial(c.req.raw, c.env, await authenticate(c.req.raw, c.env, { now: Date.now(), later }));
});

app.get("/metrics", (c) => {
  const later = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const now = Date.now();
  const findSender = () => authenticate(c.req.raw, c.env, { now, later });
  return answerMetrics(c.req.raw, c.env, { findSender, now });
});

app.put("/api/label/v2/uploads/:secret", (c) => acceptUpload(c.req.raw, c.env, c.req.param("secret"), Date.now));
app.get("/api/label/v2/version", async (c) => {
  const reportError = (error: unknown): void => log("error", "kili schema could not be read", { error });
  const dependencies = { readKiliSchema, reportError };
  // Nobody has shown a key to this host here, so no key of theirs is taken for Kili either.
  return versionAnswer(await findKiliSchema(c.env, new Headers(), dependencies));
});
for (const path of ["/api/label/v2/graphql", "/graphql"]) {
  app.all(path, (c) => graphql(c.req.raw, c.env, c.executionCtx as ExecutionContext));
}

const readKiliSchema = rememberKiliSchema({ fetch: (url, init) => fetch(url, init), now: Date.now });
const actions = {
  backfillPage,
  buildUpload,
  onRegistryChanged: async (env: Env, projectId: string) =>
    notifyInboxes(env.INBOX, projectId === "*" ? await listProjects(env.DB) : [projectId]),
  orderTrial,
  registerWebhook,
  readHostStatus,
};
const graphql = createGraphqlHandler({ ...actions, readKiliSchema });
const callApi = createApiCaller({
  ...actions,
  now: Date.now,
  reportError: (error) => log("error", "api call of a page failed", { error }),
});
app.route("/", createPages({ authenticate, callApi, now: Date.now }));

/** Where Kili's webhook calls, with `?project=…` or without. */
const WEBHOOK_URL = /^https?:\/\/[^/?]+\/webhook(?:\?|$)/;

let synced = false;

/** Registers deployed plugins before the first request is answered; done once per isolate. */
async function ensureDeployed(env: Env): Promise<void> {
  try {
    synced = await syncDeployed(env, Date.now());
  } catch (error) {
    // Events are journalled and read all the same; the next request tries again.
    log("error", "deployed plugins could not be registered", { error });
  }
}

export default {
  async fetch(request, env, ctx) {
    // Whether the process is alive must not depend on its database.
    if (!synced && !request.url.endsWith("/healthz")) await ensureDeployed(env);
    // Ahead of the router, which would cost each event a twentieth of its acceptance.
    if (request.method === "POST" && WEBHOOK_URL.test(request.url))
      return acceptWebhook(request, env, null).catch((error: unknown) => answerBug(error, "POST", "/webhook"));
    return app.fetch(request, env, ctx);
  },
  async scheduled(_, env) {
    await deleteOld(env, Date.now);
  },
} satisfies ExportedHandler<Env>;
