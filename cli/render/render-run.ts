// One run as lines for a terminal. Colours only where the stream shows them.
import { styleText } from "node:util";
import { isTimed } from "../../schemas/is-timed.ts";
import { plainText } from "./plain-text.ts";
import type { FollowedDelivery, FollowedRun } from "../api/follow-event.ts";

const LEVEL_STYLE: Record<string, "dim" | "yellow" | "red" | "reset"> = {
  debug: "dim",
  warning: "yellow",
  error: "red",
};

const WRITE_STYLE: Record<string, readonly [colour: "cyan" | "green" | "red" | "yellow", word: string]> = {
  sent: ["green", "write"],
  withheld: ["cyan", "dry run"],
  from_journal: ["green", "write"],
  failed: ["red", "failed"],
  unknown: ["yellow", "unknown"],
};

/** The run's outcome, its log lines and its writes, sent or not. `before` is the attempt before it. */
export function renderRun(
  delivery: FollowedDelivery,
  run: FollowedRun,
  before: FollowedRun | null,
  now: number,
): string {
  const ended = run.outcome.type === "ok";
  const mark = ended ? styleText("green", "✔") : styleText("red", "✖");
  const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : "";
  const dry = run.dryRun ? ", dry run" : "";
  const isKnown = isTimed({ outcome: run.outcome.type, wallMs: run.wallMs });
  const took = isKnown ? ` in ${Math.round(run.wallMs)} ms` : "";
  const facts = styleText("dim", `${run.outcome.type}${took}${attempt}${dry}`);
  const lines = [`${mark} ${styleText("bold", delivery.pluginName)}  ${facts}`];
  for (const { logType, content } of run.logs) {
    const level = styleText(LEVEL_STYLE[logType] ?? "reset", logType.padEnd(7));
    lines.push(`    ${level} ${plainText(content).replaceAll("\n", `\n${" ".repeat(12)}`)}`);
  }
  for (const { state, sentence, operation } of run.writes) {
    const [colour, word] = WRITE_STYLE[state] ?? ["reset", "write"];
    const asked = styleText("dim", `(${plainText(operation)})`);
    lines.push(`    ${styleText(colour, word.padEnd(7))} ${plainText(sentence)} ${asked}`);
  }
  // An attempt that ends like the one before has nothing to add.
  const isNews = run.outcome.message !== before?.outcome.message;
  if (!ended && isNews)
    lines.push(
      ...plainText(run.outcome.stack ?? run.outcome.message)
        .split("\n")
        .map((line) => `    ${line}`),
    );
  if (!ended && delivery.state === "pending" && delivery.nextAttemptAt !== null) {
    const seconds = Math.max(0, Date.parse(delivery.nextAttemptAt) - now) / 1000;
    lines.push(`    ${styleText("dim", `tries again in ${seconds.toFixed(1)} s`)}`);
  }
  return lines.join("\n");
}
