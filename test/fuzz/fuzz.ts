// `npm run fuzz`: generated deliveries, GraphQL documents, manifests and archives against the real Worker in workerd.
// `--cases` says how many, `--seed` which, and `--only` at which door. Fails at the first crash, 5xx or hang.
import { parseArgs } from "node:util";
import { FUZZ_TARGETS } from "./fuzz-targets.ts";
import { openFuzzHost } from "./open-fuzz-host.ts";
import { whyNotWell } from "./why-not-well.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "110000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    only: { type: "string" },
  },
});
const [cases, seed] = [Number(values.cases), Number(values.seed)];
const doors = FUZZ_TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
console.log(`${cases} cases, seed ${seed}`);

const host = await openFuzzHost();
let total = 0;
try {
  for (const { name, share, run } of doors) {
    const startedAt = performance.now();
    const wanted = { cases: Math.ceil(values.only === undefined ? cases * share : cases), seed };
    const result = await run(host, wanted);
    total += result.cases;
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    console.log(`${name}: ${result.cases} cases in ${seconds} s`);
    const failure = result.failure ?? (await whyNotWell(host));
    if (failure === null) continue;
    console.error(`${failure}\nAgain: npm run fuzz -- --only ${name} --cases ${wanted.cases} --seed ${seed}`);
    process.exitCode = 1;
    break;
  }
} finally {
  await host.close();
}
console.log(`${total} cases in all`);
