// `npm run chaos`: kills a host under load, and proves by count and by id that nothing it acknowledged was lost and
// nothing ended twice. docs/guarantees.md says what that is worth.
import { Command } from "commander";
import { runChaos } from "./run-chaos.ts";

const options = new Command("chaos")
  .description("Kills a host under load and counts what became of every event")
  .option("--kills <number>", "how often to kill it", Number, 25)
  .option(
    "--seed <number>",
    "the same seed gives the same kills; by default another each time",
    Number,
    Date.now() % 1e9,
  )
  .option("--wrangler", "wrangler dev instead of kili-edge serve", false)
  .parse()
  .opts<{ kills: number; seed: number; wrangler: boolean }>();

const say = (line: string): void => console.log(line);
say(`seed ${options.seed}`);
const { wrong, ...report } = await runChaos({ ...options, kind: options.wrangler ? "wrangler" : "serve", say });
console.log(JSON.stringify(report, null, 2));
for (const sentence of wrong.slice(0, 50)) console.error(sentence);
console.log(wrong.length === 0 ? "Every promise was kept" : `${wrong.length} promises were broken`);
process.exitCode = wrong.length === 0 ? 0 : 1;
