// Answers questions about the schema where Kili's is part of it. Keeps one merged schema, the latest.
import {
  buildClientSchema,
  executeSync,
  introspectionFromSchema,
  specifiedRules,
  validate,
  validateSchema,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type IntrospectionSchema,
} from "graphql";
import { mergeIntrospection } from "./merge-introspection.ts";
import type { KiliSchema } from "./remember-kili-schema.ts";
import { shapeError } from "./shape-error.ts";

/** Answers `document`; null if both schemas do not go together, which is reported. */
export type AnswerIntrospection = (
  kili: KiliSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
) => ExecutionResult | null;

const MAX_ERRORS = 10;

/** The answers for a host whose own schema is `ours`. */
export function createIntrospection(ours: GraphQLSchema, reportError: (error: unknown) => void): AnswerIntrospection {
  let merged: { readonly hash: string; readonly schema: GraphQLSchema | null } | null = null;

  return (kili, document, variables) => {
    if (merged?.hash !== kili.hash) merged = { hash: kili.hash, schema: merge(ours, kili, reportError) };
    const { schema } = merged;
    if (schema === null) return null;
    const errors = validate(schema, document, specifiedRules, { maxErrors: MAX_ERRORS });
    if (errors.length > 0) return { errors: errors.map(shapeError) };
    const result = executeSync({ schema, document, variableValues: variables });
    return result.errors ? { ...result, errors: result.errors.map(shapeError) } : result;
  };
}

function merge(ours: GraphQLSchema, kili: KiliSchema, reportError: (error: unknown) => void): GraphQLSchema | null {
  try {
    const theirs = JSON.parse(kili.text) as IntrospectionSchema;
    const schema = buildClientSchema({ __schema: mergeIntrospection(introspectionFromSchema(ours).__schema, theirs) });
    // Clients validate the schema before they use it, and would refuse all of it.
    const [problem] = validateSchema(schema);
    if (problem === undefined) return schema;
    reportError(new Error(`Cannot merge Kili's schema: ${problem.message}`));
  } catch (error) {
    // Whatever Kili answered, it is not a schema.
    reportError(error);
  }
  return null;
}
