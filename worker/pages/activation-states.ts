// How a plugin can stand on a project, and what sets it so.

interface ActivationState {
  /** In forms. */
  readonly value: string;
  readonly label: string;
  readonly mutation: "activatePluginOnProject" | "deactivatePluginOnProject";
}

export const ACTIVATION_STATES: readonly ActivationState[] = [
  { value: "on", label: "On", mutation: "activatePluginOnProject" },
  { value: "off", label: "Off", mutation: "deactivatePluginOnProject" },
];
