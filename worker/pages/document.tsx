// The HTML document around every page: its files, its theme, its title.
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { PageContext } from "./page-env.ts";
import { assetPath } from "./serve-page-asset.ts";

/** Answers with a whole document. */
export async function renderDocument(
  c: PageContext,
  title: string,
  body: Child,
  status: 200 | 400 | 401 | 403 | 404 | 429 | 500 | 503 = 200,
): Promise<Response> {
  const { theme } = c.var;
  const document = (
    <html lang="en" data-theme={theme === "auto" ? undefined : theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · kili-edge`}</title>
        <link rel="icon" href={assetPath("icon")} type="image/svg+xml" />
        <link rel="stylesheet" href={assetPath("style")} />
        <script type="module" src={assetPath("script")}></script>
      </head>
      <body>{body}</body>
    </html>
  );
  return c.html(html`<!doctype html>${document}`, status);
}
