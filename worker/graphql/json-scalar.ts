// Any JSON value, on the way out only: no field takes one in.
import { GraphQLScalarType } from "graphql";
import { requestError } from "./request-error.ts";

export const jsonScalar = new GraphQLScalarType<never, unknown>({
  name: "JSON",
  serialize: (value) => value,
  parseValue: refuse,
  parseLiteral: refuse,
});

function refuse(): never {
  throw requestError("BAD_USER_INPUT", "Cannot read a JSON value: no field takes one");
}
