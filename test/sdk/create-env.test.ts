import { expect, it } from "vitest";
import { NotCapable } from "kili-edge/sdk";
import { createEnv } from "../../plugins/sdk/create-env.ts";

it("createEnv reads declared variables; one the host lacks is undefined", () => {
  const env = createEnv(["TOKEN", "MISSING", "toString"], { TOKEN: "t" }, () => {});
  expect(env.get("TOKEN")).toBe("t");
  expect(env.get("MISSING")).toBeUndefined();
  expect(env.get("toString")).toBeUndefined();
});

it("createEnv refuses an undeclared name with NotCapable, and tells of it, even where a value came along", () => {
  const refused: string[] = [];
  const env = createEnv(["TOKEN"], { TOKEN: "t", OTHER: "o" }, (name) => refused.push(name));
  expect(() => env.get("OTHER")).toThrow(NotCapable);
  expect(() => env.get("constructor")).toThrow(
    'Requires env access to "constructor": add it to [permissions] env in plugin.toml',
  );
  expect(refused).toEqual(["OTHER", "constructor"]);
});
