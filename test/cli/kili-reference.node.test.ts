// docs/kili-client.md is what the SDK's sources say. After a change there: npx vitest run -u
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { format } from "prettier";
import { expect, it } from "vitest";
import { renderKiliReference } from "../../cli/reference/render-kili-reference.ts";
import { createKili } from "../../plugins/sdk/create-kili.ts";

const root = join(import.meta.dirname, "..", "..");

it("docs/kili-client.md says what the SDK says, of every method", async () => {
  const files = globSync(join(root, "plugins", "sdk", "*.ts"));
  const sources = new Map(files.map((file) => [basename(file), readFileSync(file, "utf8")]));
  const page = await format(renderKiliReference(sources), { parser: "markdown", printWidth: 120 });
  await expect(page).toMatchFileSnapshot(join(root, "docs", "kili-client.md"));
  const methods = Object.keys(createKili(async () => ({ data: {} }), "p"));
  expect(methods.filter((method) => !page.includes(`### ${method}\n`))).toEqual([]);
});
