// Hands a batch of webhook calls over to the runtime as one request, and reads the answers as they come.
import { request, type IncomingMessage } from "node:http";
import * as v from "valibot";
import { batchHead, BatchedAnswerSchema } from "../../schemas/webhook-batch.ts";
import { parseJson } from "../parse-json.ts";
import { untilConnected, type RuntimePlace } from "./runtime-place.ts";
import type { GatheredCall, HandOver, HandOverEnd } from "./webhook-gatherer.ts";

/** Hands over to the runtime, with the supervisor's secret. */
export function handOverTo(runtime: RuntimePlace, secret: string): HandOver {
  return (batch, onAnswer) =>
    new Promise<HandOverEnd>((resolve) => {
      const bytes = toBytes(batch);
      const sent = request({
        ...runtime,
        path: "/supervisor/webhooks",
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-length": bytes.byteLength },
      });
      let isReached = false;
      untilConnected(sent, () => (isReached = true));
      sent.on("error", () => resolve(isReached ? "lost" : "unreached"));
      sent.on("response", (answer) => {
        readAnswers(answer, onAnswer).then(resolve, () => resolve("lost"));
      });
      sent.end(bytes);
    });
}

function toBytes(batch: readonly GatheredCall[]): Buffer {
  return Buffer.concat([batchHead(batch.map(({ call }) => call)), ...batch.map(({ body }) => body)]);
}

async function readAnswers(answer: IncomingMessage, onAnswer: Parameters<HandOver>[1]): Promise<HandOverEnd> {
  answer.setEncoding("utf8");
  let text = "";
  for await (const chunk of answer) {
    const lines = `${text}${chunk as string}`.split("\n");
    text = lines.pop() ?? "";
    if (answer.statusCode === 200) for (const line of lines) onAnswer(v.parse(BatchedAnswerSchema, parseJson(line)));
  }
  return answer.statusCode === 200 ? "answered" : "lost";
}
