import { expect, it } from "vitest";
import { createLogger } from "../../plugins/sdk/create-logger.ts";

it("createLogger joins its arguments into one line at Kili's levels", () => {
  const lines: [string, string][] = [];
  const logger = createLogger((level, content) => lines.push([level, content]));
  logger.debug("%s stays", 1);
  logger.info("a", { b: 2 });
  logger.warning("w");
  logger.warn("w");
  logger.error(null, undefined);
  logger.info();
  expect(lines).toEqual([
    ["debug", "%s stays 1"],
    ["info", "a { b: 2 }"],
    ["warning", "w"],
    ["warning", "w"],
    ["error", "null undefined"],
    ["info", ""],
  ]);
});

it("createLogger's methods work apart from the logger", () => {
  const lines: string[] = [];
  const { info } = createLogger((_, content) => lines.push(content));
  ["a", "b"].forEach((name) => info(name));
  expect(lines).toEqual(["a", "b"]);
});
