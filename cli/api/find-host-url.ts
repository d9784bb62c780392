// Where the host is that a command asks. Asks nobody, and does not say whether one is there.
import { join, resolve } from "node:path";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findRunningHost } from "../host/claim-data-dir.ts";

const DEFAULT_URL = "http://127.0.0.1:8787";

export interface HostPlace {
  /** The project's folder, with the data directory that is looked at unless another is given. */
  readonly root: string;
  readonly url?: string;
  readonly data: string;
}

/** The URL of `--url`, of the host that runs on `--data`, or where one would be; without a slash at its end. */
export async function findHostUrl({ root, url, data }: HostPlace): Promise<Result<string, CliFailure>> {
  if (url !== undefined) return readUrl(url);
  const running = await findRunningHost(resolve(data));
  if (running !== null) return ok(running.url);
  if (resolve(data) === join(root, ".kili-edge")) return ok(DEFAULT_URL);
  // Whoever names a directory does not mean the host of another one.
  const message = `Cannot find a host on "${data}": none runs there, wanted the data directory of one that does, or its --url`;
  return fail({ reason: "host_unreachable", message });
}

/** The origin. A path would be taken for the host's own, as of its API's endpoint, and answered with 404. */
function readUrl(text: string): Result<string, CliFailure> {
  // Said without what was found: it may be a password.
  if (text.includes("@"))
    return cannot("found a user or a password in it", "none: a key is taken from KILI_EDGE_API_KEY");
  const url = URL.parse(text);
  if (url === null || !isHttp(url)) {
    const meant = /^(?:localhost|[^/]+[.:][^/]+)$/.test(text) ? URL.parse(`http://${text}`) : null;
    return cannot(`found "${text}"`, `http:// or https:// and a host, such as ${meant?.origin ?? DEFAULT_URL}`);
  }
  const more = `${url.pathname.replace(/^\/+$/, "")}${url.search}${url.hash}`;
  return more === "" ? ok(url.origin) : cannot(`found "${more}" after the host`, `the host alone: ${url.origin}`);
}

function isHttp({ protocol, hostname }: URL): boolean {
  return /^https?:$/.test(protocol) && hostname !== "";
}

function cannot(found: string, wanted: string) {
  return fail({
    reason: "url_unusable",
    message: `Cannot read --url: ${found}, wanted ${wanted}`,
  } satisfies CliFailure);
}
