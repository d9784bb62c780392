// What `pip install --report` says it would install. Pip writes it; the index's words are in it.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { InstallFailure } from "../../worker/build/language.ts";

export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** Of the wheel, in hex. */
  readonly sha256: string;
}

/** What a line of requirements can hold, and not take for an option. */
const WORD = v.pipe(v.string(), v.regex(/^\w[\w.!+-]*$/));
/** Before pip 23.1, a wheel that comes from a folder has its hash in the older place alone. */
const ArchiveSchema = v.union([
  v.pipe(
    v.object({ hashes: v.object({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }) }),
    v.transform(({ hashes }) => hashes.sha256),
  ),
  v.pipe(
    v.object({ hash: v.pipe(v.string(), v.regex(/^sha256=[0-9a-f]{64}$/)) }),
    v.transform(({ hash }) => hash.slice("sha256=".length)),
  ),
]);
const ReportSchema = v.object({
  install: v.array(
    v.object({
      metadata: v.object({ name: WORD, version: WORD }),
      download_info: v.object({ archive_info: ArchiveSchema }),
    }),
  ),
});

/** The packages of a report. */
export function readPipReport(report: unknown): Result<readonly PinnedPackage[], InstallFailure> {
  const parsed = v.safeParse(ReportSchema, report);
  if (!parsed.success) {
    const message = `Cannot read pip's report: ${parsed.issues[0].message}, wanted names, versions and hashes of wheels (pip 23 or newer)`;
    return fail({ name: null, message });
  }
  return ok(
    parsed.output.install.map(({ metadata, download_info: { archive_info } }) => ({
      ...metadata,
      sha256: archive_info,
    })),
  );
}
