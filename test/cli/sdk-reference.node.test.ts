// docs/sdk.md is what the SDK's sources say. After a change there: npx vitest run -u
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { format } from "prettier";
import { expect, it } from "vitest";
import * as sdk from "kili-edge/sdk";
import * as testing from "kili-edge/sdk/testing";
import { renderSdkReference } from "../../cli/reference/render-sdk-reference.ts";

const root = join(import.meta.dirname, "..", "..");

it("docs/sdk.md says what the SDK says, of everything it exports", async () => {
  const files = globSync(join(root, "plugins", "sdk", "*.ts"));
  const sources = new Map(files.map((file) => [basename(file), readFileSync(file, "utf8")]));
  const page = await format(renderSdkReference(sources), { parser: "markdown", printWidth: 120 });
  await expect(page).toMatchFileSnapshot(join(root, "docs", "sdk.md"));
  const values = [...Object.keys(sdk), ...Object.keys(testing)];
  expect(values.filter((name) => !page.includes(`### ${name}\n`))).toEqual([]);
  const types = [...(sources.get("index.ts") ?? "").matchAll(/^export type \{([^}]*)\}/gm)].flatMap(([, names = ""]) =>
    names.split(",").flatMap((name) => name.trim() || []),
  );
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter((name) => !page.includes(`### ${name}\n`) && !page.includes(`\`${name}\``))).toEqual([]);
});
