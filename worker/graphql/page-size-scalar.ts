// Kili's PageSize: a whole number no larger than one page the host serves.
import { GraphQLScalarType, Kind } from "graphql";
import { MAX_PAGE_SIZE } from "../limits.ts";
import { requestError } from "./request-error.ts";

/** The value as a page size, or an error that says what is served. */
export function parsePageSize(value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > MAX_PAGE_SIZE) {
    throw requestError(
      "BAD_USER_INPUT",
      `Cannot list a page: size is ${JSON.stringify(value)}, wanted a whole number from 0 to ${MAX_PAGE_SIZE}`,
    );
  }
  return value;
}

export const pageSizeScalar = new GraphQLScalarType<number, number>({
  name: "PageSize",
  serialize: parsePageSize,
  parseValue: parsePageSize,
  parseLiteral: (node) => parsePageSize(node.kind === Kind.INT ? Number(node.value) : null),
});
