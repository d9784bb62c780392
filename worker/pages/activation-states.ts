// How a plugin can stand on a project, as the switches show it.
import type { ActivationMode } from "../../schemas/mode.ts";

interface ActivationState {
  readonly mode: ActivationMode;
  readonly label: string;
}

export const ACTIVATION_STATES: readonly ActivationState[] = [
  { mode: "live", label: "On" },
  { mode: "shadow", label: "Shadow" },
  { mode: "off", label: "Off" },
];
