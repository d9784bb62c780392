// What is around a signed-in page: the bar with where one can go and who one is, the last form's outcome, the column.
import type { Child } from "hono/jsx";
import { renderDocument } from "./document.tsx";
import type { PageContext } from "./page-env.ts";
import { assetPath } from "./serve-page-asset.ts";
import { NEXT_THEME } from "./theme.ts";

const PLACES = [
  { path: "/", name: "Overview" },
  { path: "/plugins", name: "Plugins" },
  { path: "/events", name: "Events" },
  { path: "/dead-letters", name: "Dead letters" },
  { path: "/settings", name: "Settings" },
] as const;

interface Layout {
  readonly title: string;
  readonly children: Child;
  /** The page asks for itself again this often, whether or not the history changes. */
  readonly refreshMs?: number;
  readonly status?: 200 | 400 | 403 | 404 | 500;
}

/** Answers with a page for who is signed in. */
export function renderPage(c: PageContext, { title, children, refreshMs, status = 200 }: Layout): Promise<Response> {
  const { principal, flash } = c.var;
  const path = c.req.path;
  const isAt = (place: string) => (place === "/" ? path === "/" : path === place || path.startsWith(`${place}/`));
  const body = (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="bar">
        <div class="bar-in">
          <a class="brand" href="/">
            <img src={assetPath("icon")} alt="" width="22" height="22" /> kili-edge
          </a>
          <nav class="nav" aria-label="Pages">
            {PLACES.map((place) => (
              <a href={place.path} aria-current={isAt(place.path) ? "page" : undefined}>
                {place.name}
              </a>
            ))}
          </nav>
          <div class="who">
            <span class="live-note" role="status" data-live-note hidden>
              Live
            </span>
            <ThemeSwitch c={c} />
            <span class="role">
              <b>{principal.name}</b> · {principal.role}
            </span>
            <form method="post" action="/sign-out">
              <button class="button quiet">Sign out</button>
            </form>
          </div>
        </div>
      </header>
      <main class="page" id="main" tabindex={-1} data-live-page={c.var.mark} data-live-every={refreshMs}>
        {flash && (
          <p class={`flash ${flash.tone}`} role={flash.tone === "bad" ? "alert" : "status"}>
            {flash.text}
          </p>
        )}
        {children}
      </main>
    </>
  );
  return renderDocument(c, title, body, status);
}

function ThemeSwitch({ c }: { readonly c: PageContext }) {
  const { theme } = c.var;
  const { pathname, search } = new URL(c.req.url);
  return (
    <form method="post" action="/theme">
      <input type="hidden" name="theme" value={NEXT_THEME[theme]} />
      <input type="hidden" name="to" value={c.req.method === "GET" ? `${pathname}${search}` : "/"} />
      <button class="button quiet" aria-label={`Theme: ${theme}; switch to ${NEXT_THEME[theme]}`}>
        {theme === "auto" ? "Auto" : theme === "dark" ? "Dark" : "Light"}
      </button>
    </form>
  );
}
