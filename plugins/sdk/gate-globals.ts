// Leads the isolate's ways out through the run's network door. The isolate itself has no network: what is
// replaced here would fail anyway, only with a message that helps nobody.
import { NotCapable } from "./index.ts";
import type { GuestRun } from "./guest-run.ts";
import { RUN_OVER } from "./run-over.ts";
import { withFinalUrl } from "./with-final-url.ts";

/** The door's way to say no, since errors lose their names between isolates. */
const REFUSAL_HEADER = "x-kili-edge-refusal";

const REDIRECT_HEADER = "x-kili-edge-redirect";

/** Replaces `fetch`, and removes what a plugin has no use for. */
export function gateGlobals(currentRun: () => GuestRun | undefined): void {
  const gatedFetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const run = currentRun();
    if (run === undefined) throw new NotCapable("Cannot fetch while the plugin's module loads: fetch in a handler");
    if (run.isOver) throw toError(RUN_OVER);
    const request = new Request(input, init);
    const door = run.props.net;
    if (door === null) {
      run.refuse("net", hostOf(request.url));
      throw new NotCapable(
        `Requires net access to "${hostOf(request.url)}": add it to [permissions] net in plugin.toml`,
      );
    }
    // The mode does not cross to the door by itself: it always sees "manual".
    if (request.redirect === "manual") request.headers.set(REDIRECT_HEADER, "manual");
    const response = await door.fetch(request);
    const refusal = response.headers.get(REFUSAL_HEADER);
    if (refusal === null) return withFinalUrl(response);
    throw toError(JSON.parse(refusal) as { name: string; message: string });
  };
  Object.defineProperty(globalThis, "fetch", { value: gatedFetch, writable: true, configurable: true });

  for (const name of ["WebSocket", "EventSource"] as const) {
    Object.defineProperty(globalThis, name, {
      value: class {
        constructor() {
          currentRun()?.refuse("net", name);
          throw new NotCapable(`Requires ${name}: a plugin reaches the network through fetch only`);
        }
      },
    });
  }
  Object.defineProperty(globalThis, "caches", { value: undefined });
  Object.defineProperty(Navigator.prototype, "sendBeacon", {
    value: () => {
      currentRun()?.refuse("net", "sendBeacon");
      throw new NotCapable(`Requires sendBeacon: a plugin reaches the network through fetch only`);
    },
  });
}

function toError({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === "NotCapable" ? new NotCapable(message) : Object.assign(new Error(message), { name });
}

function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "http:" ? "80" : "443")}`;
}
