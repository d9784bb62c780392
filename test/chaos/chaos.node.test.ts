// A short chaos run on the real host. `npm run chaos` is the long one.
import { expect, it } from "vitest";
import { runChaos } from "../../chaos/run-chaos.ts";

it("nothing acknowledged is lost and nothing ends twice, whenever the host is killed", async () => {
  const said: string[] = [];
  const report = await runChaos({ kills: 3, seed: 20_261_123, kind: "serve", say: (line) => said.push(line) });
  expect(report.wrong, said.join("\n")).toEqual([]);
  // Otherwise nothing would have been shown.
  expect(report.kills).toBeGreaterThanOrEqual(3);
  expect(report.acknowledged).toBeGreaterThan(20);
  expect(report.runs["ok"]).toBeGreaterThan(50);
}, 300_000);
