// The query editor's page, in development only: yoga's GraphiQL, which comes from a CDN and starts workers of its own.
// It gets a policy that lets it do that, and nothing beyond.

const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' https://unpkg.com blob:",
  "worker-src blob:",
  "style-src 'unsafe-inline' https://unpkg.com",
  "font-src data: https://unpkg.com",
  "img-src data: https://raw.githubusercontent.com",
  "connect-src 'self' https://unpkg.com",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page with its policy. */
export function editorAnswer(page: Response): Response {
  const headers = new Headers(page.headers);
  headers.set("content-security-policy", POLICY);
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-frame-options", "DENY");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cache-control", "no-store");
  return new Response(page.body, { status: page.status, headers });
}
