// Kili's DateTime: epoch milliseconds inside, ISO 8601 in UTC outside.
import { GraphQLScalarType, Kind } from "graphql";
import { requestError } from "./request-error.ts";

/** Reads what Kili's SDK writes, which for an aware datetime is malformed: an offset and then a Z. */
export function parseDateTime(value: unknown): number {
  const text = typeof value === "string" ? value.replace(/([+-]\d{2}:?\d{2})Z$/, "$1") : "";
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw requestError(
      "BAD_USER_INPUT",
      `Cannot read date: found ${JSON.stringify(value)}, wanted ISO 8601 such as "2026-11-01T10:00:00.000Z"`,
    );
  }
  return time;
}

function toIsoText(value: unknown): string {
  if (typeof value !== "number") throw new TypeError(`Cannot show date: found ${typeof value}, wanted milliseconds`);
  return new Date(value).toISOString();
}

export const dateTimeScalar = new GraphQLScalarType<number, string>({
  name: "DateTime",
  serialize: toIsoText,
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : null),
});
