// Settings: who has keys, how Kili is told of this host, how long things are kept. Shows no secret, except a new key once.
import { holdsRole } from "../../schemas/principal.ts";
import { kiliUpstream, webhookSecrets } from "../env.ts";
import { retentionDays } from "../retention-days.ts";
import { listApiKeys } from "../store/list-api-keys.ts";
import { listPayloadFreeProjects } from "../store/list-payload-free-projects.ts";
import { InboxList } from "./inbox-list.tsx";
import { KeyList } from "./key-list.tsx";
import { renderPage } from "./layout.tsx";
import { NewKeyForm } from "./new-key-form.tsx";
import type { PageContext } from "./page-env.ts";
import { readStandings } from "./read-standings.ts";
import { ownOrigin } from "./own-origin.ts";
import { WebhookGuide } from "./webhook-guide.tsx";

const SHOWN_KEYS = 200;
/** Among so many projects those that keep no payloads are looked for. */
const MANY_PROJECTS = 1_000;

/** Answers `GET /settings`. */
export function showSettings(c: PageContext): Promise<Response> {
  return renderSettings(c, null);
}

/** The page, with a key that was just made; it is on no other page, ever. */
export async function renderSettings(c: PageContext, made: { name: string; key: string } | null): Promise<Response> {
  const { now, principal } = c.var;
  const isAdmin = holdsRole(principal.role, "admin");
  const whose = { id: isAdmin ? null : principal.id, hash: null };
  const [keys, standings, payloadFree] = await Promise.all([
    listApiKeys(c.env.DB, whose, { first: SHOWN_KEYS, skip: 0 }),
    readStandings(c),
    listPayloadFreeProjects(c.env.DB, MANY_PROJECTS),
  ]);
  const upstream = kiliUpstream(c.env);
  const days = retentionDays(c.env);
  const kept: readonly (readonly [string, number])[] = [
    ["Events, deliveries and runs", days.events],
    ["Payloads of events that are over", days.payloads],
    ["Log lines", days.logs],
    ["Dead letters", days.deadLetters],
    ["Audit", days.audit],
    ["Sums for charts", days.rollups],
    ["What deleted plugins leave", days.deleted],
  ];
  return renderPage(c, {
    title: "Settings",
    children: (
      <>
        <div class="page-head">
          <h1>Settings</h1>
        </div>
        {made && (
          <section class="card" aria-labelledby="made-title">
            <div class="card-head">
              <h2 id="made-title">The new key “{made.name}”</h2>
            </div>
            <div class="card-body stack-s">
              <p>Copy it now: this host keeps its hash only, and shows it never again.</p>
              <div class="copy">
                <pre class="code wrap" id="new-key" tabindex={0}>
                  {made.key}
                </pre>
                <button class="button" type="button" data-copy="new-key">
                  Copy
                </button>
              </div>
            </div>
          </section>
        )}
        <div class="columns wide">
          <div class="stack">
            <WebhookGuide url={`${ownOrigin(c.req.raw)}/webhook`} hasSecret={webhookSecrets(c.env).length > 0} />
            <section class="card" aria-labelledby="inboxes-title">
              <div class="card-head">
                <h2 id="inboxes-title">Inboxes</h2>
              </div>
              <InboxList standings={standings} payloadFree={payloadFree} payloadDays={days.payloads} now={now} />
            </section>
            <section class="card" id="keys" aria-labelledby="keys-title">
              <div class="card-head">
                <h2 id="keys-title">{isAdmin ? "API keys" : "Your API key"}</h2>
              </div>
              <KeyList keys={keys} principal={principal} now={now} />
              {isAdmin && <NewKeyForm />}
            </section>
          </div>
          <div class="stack">
            <section class="card" aria-labelledby="kili-title">
              <div class="card-head">
                <h2 id="kili-title">Kili</h2>
              </div>
              <div class="card-body">
                {upstream === null ? (
                  <p>
                    Not connected: writes are dry runs, reads are refused. Set the secret <code>KILI_API_KEY</code>.
                  </p>
                ) : (
                  <p>
                    Connected to <span class="mono">{upstream.endpoint}</span>
                  </p>
                )}
              </div>
            </section>
            <section class="card" aria-labelledby="retention-title">
              <div class="card-head">
                <h2 id="retention-title">What is kept, and for how long</h2>
              </div>
              <ul class="list">
                {kept.map(([name, value]) => (
                  <li>
                    <span>{name}</span>
                    <span>{value === 0 ? "not kept" : value === 1 ? "1 day" : `${value} days`}</span>
                  </li>
                ))}
              </ul>
              <p class="card-note">
                Variables of the deployment, such as <code>EVENTS_KEEP_DAYS</code>, change this.
              </p>
            </section>
          </div>
        </div>
      </>
    ),
  });
}
