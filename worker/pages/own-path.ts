// Where a reader may be sent on to: nowhere but within this host.

/** The path with its query if it is one of this host's own pages; the overview otherwise. */
export function ownPath(value = ""): string {
  if (!value.startsWith("/")) return "/";
  const base = "http://host";
  // Resolved as a browser will, which takes "//" and "/\" for the start of another host's name.
  const url = URL.canParse(value, base) ? new URL(value, base) : null;
  if (url?.origin !== base || url.username !== "") return "/";
  // "/.//name" is this host's, and what is left of it when resolved is another's.
  return url.pathname.startsWith("//") ? "/" : `${url.pathname}${url.search}`;
}
