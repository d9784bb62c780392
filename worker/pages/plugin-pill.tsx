// Whether a plugin can run, in one word.
import type { PluginSummary } from "../store/summarize-plugins.ts";
import { Pill } from "./pill.tsx";

type Facts = Pick<PluginSummary, "status" | "version">;

export function PluginPill({ status, version }: Facts) {
  switch (status) {
    case "ACTIVE":
      return <Pill tone="good">ready</Pill>;
    case "DEPLOYING":
      return <Pill tone="wait">building</Pill>;
    case "FAILED":
      return <Pill tone="bad">{version === null ? "does not build" : "update failed"}</Pill>;
    default:
      return status satisfies never;
  }
}
