// What a call of Kili takes, for tests that are about something else: a run that is under way, may call as often as it
// likes and has written nothing yet, and Kili's double at the far end.
import type { KiliCallDeps } from "../../worker/execute/call-kili.ts";
import { KnownMembers } from "../../worker/kili/known-members.ts";
import { uncounted } from "../../worker/kili/uncounted.ts";
import type { KiliDouble } from "../kili-double/kili-double.ts";

export const RUN_UNDER_WAY: KiliCallDeps["run"] = {
  isUnderWay: async () => true,
  begin: async () => ({ type: "allowed", position: 1 }),
  end: async () => {},
  refused: async () => {},
  findWrite: async () => ({ type: "new" }),
  beginWrite: async () => 1,
};

/** On a host with this key, or without one. */
export function callDeps(double: Pick<KiliDouble, "handle">, key: string | null): KiliCallDeps {
  return {
    run: RUN_UNDER_WAY,
    known: new KnownMembers(),
    budget: uncounted(async () => {}),
    allowPrivate: [],
    outbound: () => Promise.reject(new Error("no content is fetched here")),
    upstream: key === null ? null : { endpoint: "https://kili.example/graphql", apiKey: key },
    fetch: (url, init) => double.handle(new Request(url, { ...init, signal: null })),
    sleep: async () => {},
    now: () => 0,
    random: () => 0,
    newId: () => "dry-run",
  };
}
