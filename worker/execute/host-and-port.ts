// A URL's host and port, in the one spelling that rules, refusals and the deployment's exceptions are written in.

/** "host:port", the port also where it is the scheme's own. */
export function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}
