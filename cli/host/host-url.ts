// The URL by which this machine reaches what listens on an address. Pure.

/** Of an address as `--host` names it. */
export function hostUrl(host: string, port: number): string {
  return `http://${toUrlHost(host)}:${port}`;
}

function toUrlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
