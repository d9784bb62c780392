// Signing in with an API key, and out. The key is shown to the host once, in a form, and forgotten.
import { deleteCookie } from "hono/cookie";
import type { AuthenticationFailure } from "../../schemas/principal.ts";
import { cookieOptions } from "./cookie-options.ts";
import { renderDocument } from "./document.tsx";
import { ownPath } from "./own-path.ts";
import type { PageContext } from "./page-env.ts";
import { assetPath } from "./serve-page-asset.ts";
import { openSession, readSession, SESSION_COOKIE } from "./session.ts";

/** Far longer than any key: what a form may hold before it is refused unread. */
const MAX_KEY_CHARS = 1_024;

/** Answers `GET /sign-in`. */
export async function showSignIn(c: PageContext): Promise<Response> {
  const to = ownPath(c.req.query("to"));
  if ((await readSession(c)) !== null) return c.redirect(to, 303);
  return renderSignIn(c, to, null, 200);
}

/** Answers `POST /sign-in`. */
export async function signIn(c: PageContext): Promise<Response> {
  const to = ownPath(c.var.form.text("to"));
  const key = c.var.form.text("key");
  const refuse = (problem: string, status: 401 | 429 | 503 = 401) => renderSignIn(c, to, problem, status);
  // What no header can hold is no key.
  if (key.length > MAX_KEY_CHARS || !/^[\x21-\x7e]*$/.test(key)) {
    return refuse(toMessage("unknown_key"));
  }
  const headers = new Headers(c.req.raw.headers);
  headers.delete("authorization");
  headers.set("x-api-key", key);
  const asked = new Request(c.req.url, { headers });
  const later = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const authenticated = await c.var.pages.authenticate(asked, c.env, { now: c.var.now, later });
  if (!authenticated.ok) {
    const { failure } = authenticated;
    return refuse(toMessage(failure), failure === "too_many_attempts" ? 429 : 401);
  }
  const opened = await openSession(c, authenticated.value);
  if (!opened.ok) {
    return refuse(
      "The key is right, but this host has nothing to sign a session with: set the secret STORE_SECRET.",
      503,
    );
  }
  return c.redirect(to, 303);
}

/** Answers `POST /sign-out`. */
export function signOut(c: PageContext): Response {
  deleteCookie(c, SESSION_COOKIE, cookieOptions(c.req.raw, 0));
  return c.redirect("/sign-in", 303);
}

function renderSignIn(
  c: PageContext,
  to: string,
  problem: string | null,
  status: 200 | 401 | 429 | 503,
): Promise<Response> {
  const body = (
    <main class="gate">
      <form class="gate-card" method="post" action="/sign-in">
        <span class="brand">
          <img src={assetPath("icon")} alt="" width="22" height="22" /> kili-edge
        </span>
        <div>
          <h1>Sign in</h1>
          <p class="lead">With an API key of this host.</p>
        </div>
        {problem && (
          <p class="flash bad" role="alert" id="problem">
            {problem}
          </p>
        )}
        <label class="field">
          <span>API key</span>
          <input
            class="input"
            type="password"
            name="key"
            required
            autofocus
            autocomplete="current-password"
            spellcheck={false}
            aria-invalid={problem === null ? undefined : "true"}
            aria-describedby={problem === null ? undefined : "problem"}
          />
          <small>
            The first is the secret ADMIN_API_KEY; <code>npx kili-edge keys create</code> makes others.
          </small>
        </label>
        <input type="hidden" name="to" value={to} />
        <button class="button primary">Sign in</button>
      </form>
    </main>
  );
  return renderDocument(c, "Sign in", body, status);
}

function toMessage(failure: AuthenticationFailure): string {
  switch (failure) {
    case "no_key":
      return "Put in an API key.";
    case "unknown_key":
      return "This host does not know that key.";
    case "expired_key":
      return "That key has expired. Ask an admin for a new one.";
    case "revoked_key":
      return "That key was revoked. Ask an admin for a new one.";
    case "too_many_attempts":
      return "Too many attempts with unknown keys came from your address. Try again in a minute.";
    default:
      return failure satisfies never;
  }
}
