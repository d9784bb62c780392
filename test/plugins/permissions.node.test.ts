// Every example asks for just the scopes its calls need, by the host's own table.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Label, PluginContext, SubmitEvent } from "kili-edge/sdk";
import BboxCount from "../../plugins/bbox-count/main.ts";
import BoxSize from "../../plugins/box-size/main.ts";
import Consensus from "../../plugins/consensus/main.ts";
import DocumentCheck from "../../plugins/document-check/main.ts";
import ParallelLabelling from "../../plugins/parallel-labelling/main.ts";
import type { Manifest } from "../../schemas/manifest.ts";
import { parseManifest } from "../../worker/build/parse-manifest.ts";
import { checkOperation } from "../../worker/kili/check-operation.ts";
import { box } from "./boxes.ts";
import { recordingContext } from "./recording-kili.ts";

interface Handler {
  onSubmit(event: SubmitEvent): unknown;
}

const EXAMPLES: Readonly<Record<string, new (context: PluginContext<never>) => Handler>> = {
  "bbox-count": BboxCount,
  "box-size": BoxSize,
  consensus: Consensus,
  "document-check": DocumentCheck,
  "parallel-labelling": ParallelLabelling,
};

const label: Label = {
  id: "label-1",
  jsonResponse: { JOB_0: { annotations: [box("1", "OBJECT_A", 1, 1), box("2", "OBJECT_A"), box("3", "IBAN")] } },
};

const otherLabel = { ...label, id: "label-2", jsonResponse: { JOB_0: { annotations: [box("4", "OBJECT_A")] } } };

const answers = {
  projects: [{ minConsensusSize: 2, jsonInterface: { jobs: { JOB_0: { mlTask: "OBJECT_DETECTION" } } } }],
  labels: [label, otherLabel].map((one) => ({ ...one, isLatestLabelForUser: true, createdAt: "2026-11-01" })),
};

function manifestOf(name: string): Manifest {
  const file = join(import.meta.dirname, "../../plugins", name, "plugin.toml");
  const parsed = parseManifest(readFileSync(file, "utf8"), "plugin.toml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  return parsed.value;
}

describe.each(Object.entries(EXAMPLES))("%s", (name, Plugin) => {
  it("calls what its manifest allows, and nothing less", async () => {
    const { config, permissions, projects } = manifestOf(name);
    const { context, calls } = recordingContext(config as never, answers);
    await new Plugin(context).onSubmit({ label, assetId: "asset-1" });

    expect(projects).toEqual(["demo"]);
    const allowed = (scopes: readonly string[]) => calls.every(({ document }) => checkOperation(document, scopes).ok);
    expect(calls).not.toEqual([]);
    expect(allowed(permissions.kili)).toBe(true);
    for (const scope of permissions.kili) expect(allowed(permissions.kili.filter((one) => one !== scope))).toBe(false);
  });
});
