// The payload of an event of each handler type: what its handler is promised. Whatever else Kili sends is kept as it
// came, in either of its spellings. The webhook accepts every payload, and an isolate checks its own without these
// schemas (plugins/sdk/to-handler-call.ts), where their library would count: a test holds the two together.
import * as v from "valibot";
import type { HandlerType } from "./event.ts";

/** A label's content: one entry per job, as an object or as its JSON text. Kili has also sent nothing. */
const JsonResponse = v.custom<Fields | string | null | undefined>(
  (value) => isContent(value),
  "wanted one entry per job, as an object or as JSON text",
);

const AnyLabel = fields({
  id: v.string("wanted text"),
  jsonResponse: v.optional(JsonResponse),
  assetId: v.optional(v.unknown()),
});

const AssetIds = { asset_id: v.optional(v.unknown()), assetId: v.optional(v.unknown()) };
const NO_ASSET = 'wanted the asset\'s id here, in "assetId" or in the label\'s "assetId"';

const LabelAndAsset = v.pipe(
  fields({ ...AssetIds, label: AnyLabel }),
  v.forward(
    v.check((payload) => namesAsset(payload), NO_ASSET),
    ["asset_id"],
  ),
);

const Settings = v.array(
  fields({ key: v.optional(v.unknown()), newValue: v.optional(v.unknown()), oldValue: v.optional(v.unknown()) }),
  "wanted a list",
);

/** By handler type. */
export const PAYLOAD_SCHEMAS = {
  onSubmit: LabelAndAsset,
  onReview: LabelAndAsset,
  onCustomInterfaceClick: LabelAndAsset,
  onProjectUpdated: v.pipe(
    fields({ settings_updated: v.nullish(Settings), settingsUpdated: v.optional(v.unknown()) }),
    v.forward(
      v.check(
        (payload) => Boolean(payload.settings_updated) || v.is(Settings, payload.settingsUpdated),
        'wanted a list of objects here or in "settingsUpdated"',
      ),
      ["settings_updated"],
    ),
  ),
  onSendBackToQueue: v.pipe(
    fields({ ...AssetIds, label: v.optional(v.unknown()) }),
    v.forward(
      v.check((payload) => namesAsset(payload), NO_ASSET),
      ["asset_id"],
    ),
  ),
} as const satisfies Record<HandlerType, v.GenericSchema>;

export type HandlerPayload<Type extends HandlerType> = v.InferOutput<(typeof PAYLOAD_SCHEMAS)[Type]>;

/** Where an event's payload is in its body: the three shapes of Kili's webhook bodies have it in two places. */
export function payloadOf(body: Fields): Fields {
  return isFields(body["payload"]) ? body["payload"] : body;
}

type Fields = Readonly<Record<string, unknown>>;

/** An object with these entries and any others. A list would pass for one, and is none. */
function fields<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(v.custom<Fields>(isFields, "wanted an object"), v.looseObject(entries, "missing, wanted it there"));
}

/** The asset's id is looked for in this order, and what is found first has to be one. */
function namesAsset(payload: {
  readonly asset_id?: unknown;
  readonly assetId?: unknown;
  readonly label?: unknown;
}): boolean {
  const ofLabel = isFields(payload.label) ? payload.label["assetId"] : undefined;
  const assetId = payload.asset_id ?? payload.assetId ?? ofLabel;
  return typeof assetId === "string" && assetId !== "";
}

function isContent(value: unknown): boolean {
  if (typeof value !== "string") return value === null || value === undefined || isFields(value);
  if (value.trim() === "") return true;
  try {
    const content: unknown = JSON.parse(value);
    return content === null || isFields(content);
  } catch {
    return false;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
