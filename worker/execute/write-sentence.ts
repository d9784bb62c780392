// What became of a write, as a sentence for people.
import type { RunCall } from "../../schemas/run.ts";
import type { WritePhrase } from "../kili/describe-write.ts";
import { MAX_WRITE_SENTENCE_CHARS } from "../limits.ts";

/** The sentence, bounded: "would open 2 issues on asset a". */
export function writeSentence(phrases: readonly WritePhrase[], result: RunCall["result"]): string {
  const sentence = phrases.map((phrase) => say(phrase, result)).join("; ");
  const cut =
    sentence.length > MAX_WRITE_SENTENCE_CHARS ? `${sentence.slice(0, MAX_WRITE_SENTENCE_CHARS - 1)}…` : sentence;
  return cut.toWellFormed();
}

function say({ verb, done, object, outcome }: WritePhrase, result: RunCall["result"]): string {
  // The answer says more than that there was one.
  if (outcome?.isNothing) return `could not ${verb} ${object}: ${outcome.undone}`;
  if (outcome) return `${say({ verb, done, object }, result)}, but ${outcome.undone}`;
  switch (result) {
    case "ok":
      return `${done} ${object}`;
    case "dry_run":
      return `would ${verb} ${object}`;
    case "from_journal":
      return `${done} ${object} before, answered from the journal`;
    case "failed":
      return `could not ${verb} ${object}`;
    case "unknown":
      return `may have ${done} ${object}`;
  }
}
