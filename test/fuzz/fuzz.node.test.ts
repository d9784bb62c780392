// A short run of `npm run fuzz`, with another seed each time: a failure names it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FuzzHost } from "./fuzz-target.ts";
import { FUZZ_TARGETS } from "./fuzz-targets.ts";
import { openFuzzHost } from "./open-fuzz-host.ts";
import { whyNotWell } from "./why-not-well.ts";

const CASES = 2_000;
const seed = Date.now() % 2 ** 31;
let host: FuzzHost & { close(): Promise<void> };

beforeAll(async () => {
  host = await openFuzzHost();
}, 60_000);
afterAll(() => host?.close());

describe(`generated cases, seed ${seed}`, () => {
  test.each(FUZZ_TARGETS)(
    "$name: no crash, no 5xx, no hang, and the host is well afterwards",
    async ({ share, run }) => {
      const { failure, cases } = await run(host, { cases: Math.ceil(CASES * share), seed });
      expect(failure).toBeNull();
      expect(cases).toBeGreaterThanOrEqual(CASES * share);
      expect(await whyNotWell(host)).toBeNull();
    },
  );
});
