// Every error that yoga answers with goes out in the shape that clients rely on.
import type { ExecutionResult } from "graphql";
import type { Plugin } from "graphql-yoga";
import { shapeError } from "./shape-error.ts";

/** The yoga plugin that completes errors on their way out. */
export function shapeErrors(): Plugin {
  return {
    onResultProcess(payload) {
      const { result } = payload;
      if (Array.isArray(result) || !("errors" in result) || !result.errors) return;
      payload.setResult({ ...result, errors: result.errors.map(shapeError) } satisfies ExecutionResult);
    },
  };
}
