// Where readers reach this host.

/** Scheme and host of a request, as its sender sees them: TLS may end before this host. */
export function ownOrigin(request: Request): string {
  const url = new URL(request.url);
  if (request.headers.get("x-forwarded-proto") === "https") url.protocol = "https:";
  return url.origin;
}
