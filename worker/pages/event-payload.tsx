// What came with an event, on the event's own page: a picture of what is drawn, and the payload as a tree.
import type { Payload } from "./read-payload.ts";
import { Empty } from "./empty.tsx";
import { formatBytes } from "./format-bytes.ts";
import { JsonTree } from "./json-tree.tsx";
import { payloadPath } from "./payload.tsx";
import { Shapes } from "./shapes.tsx";
import { toShapes } from "./to-shapes.ts";

interface EventPayloadProps {
  readonly eventId: string;
  readonly bytes: number;
  /** Null where it is too large to be read for this page. */
  readonly payload: Payload | null;
}

export function EventPayload({ eventId, bytes, payload }: EventPayloadProps) {
  const shapes = payload?.type === "kept" ? toShapes(payload.value) : [];
  return (
    <>
      {shapes.length > 0 && (
        <section class="card" aria-labelledby="drawn-title">
          <div class="card-head">
            <h2 id="drawn-title">Drawn on the label</h2>
          </div>
          <div class="card-body">
            <Shapes shapes={shapes} />
          </div>
        </section>
      )}
      <section class="card" aria-labelledby="payload-title">
        <div class="card-head">
          <h2 id="payload-title">Payload</h2>
          <small class="muted">{formatBytes(bytes)}</small>
        </div>
        <div class="card-body">
          {payload === null ? (
            <p>
              <a href={payloadPath(eventId, [], 0)}>Show it</a>
            </p>
          ) : payload.type === "kept" ? (
            <JsonTree
              openDepth={5}
              value={payload.value}
              at={[]}
              from={0}
              linkTo={(at, from) => payloadPath(eventId, at, from)}
            />
          ) : (
            <Empty title={payload.type === "not_kept" ? "It is no longer kept" : "Payloads take an operator's key"} />
          )}
        </div>
      </section>
    </>
  );
}
