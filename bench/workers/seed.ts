// Writes plugins into the host's database, before the host runs, as its own registry would: but without loading each
// of them once, which for a thousand would fill the machine's memory. `PUT /` takes artifacts.
import type { Artifact } from "../../schemas/artifact.ts";
import { makeCurrent } from "../../worker/store/make-current.ts";
import { recordVersion } from "../../worker/store/record-version.ts";

// oxlint-disable-next-line import/no-default-export -- the form of a Worker
export default {
  async fetch(request, { DB }) {
    const now = Date.now();
    for (const artifact of await request.json<Artifact[]>()) {
      const version = await recordVersion(DB, { artifact, now });
      await makeCurrent(DB, {
        ...version,
        projects: artifact.manifest.projects,
        shadow: artifact.manifest.mode === "shadow",
        now,
      });
    }
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler<{ readonly DB: D1Database }>;
