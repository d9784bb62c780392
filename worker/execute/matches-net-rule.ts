// Matches a host and port against the entries of `[permissions] net`.

/** Ports that an entry without one stands for. */
const DEFAULT_PORTS = ["443", "80"];

/**
 * True if an entry names this host and port: `api.example.com:443`, `api.example.com` (ports 443 and 80), or
 * `*.example.org` (any name below it, at any depth, but not itself). `hostname` is as the URL parser wrote it.
 */
export function matchesNetRule(rules: readonly string[], hostname: string, port: string): boolean {
  return rules.some((rule) => {
    const { host, ports, wildcard } = parseRule(rule);
    if (host === null || !ports.includes(port)) return false;
    return wildcard ? hostname.endsWith(`.${host}`) : hostname === host;
  });
}

function parseRule(rule: string): { host: string | null; ports: readonly string[]; wildcard: boolean } {
  const port = /:(\d+)$/.exec(rule)?.[1];
  const named = port === undefined ? rule : rule.slice(0, -port.length - 1);
  const wildcard = named.startsWith("*.");
  return {
    host: normalHost(wildcard ? named.slice(2) : named),
    ports: port === undefined ? DEFAULT_PORTS : [String(Number(port))],
    wildcard,
  };
}

// The same parser for rules and for URLs, so that one address has one spelling. It also makes an address of any name
// that ends in a number, so that the end of one, as in "*.0.0.1", matches none.
function normalHost(host: string): string | null {
  return URL.canParse(`https://${host}/`) ? new URL(`https://${host}/`).hostname : null;
}
