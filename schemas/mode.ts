// How a plugin stands on a project.

/**
 * - `live`: it runs on events, and its writes go to Kili.
 * - `shadow`: it runs on events and reads from Kili; its writes are recorded instead of sent.
 * - `off`: it does not run.
 */
export const ACTIVATION_MODES = ["live", "shadow", "off"] as const;
export type ActivationMode = (typeof ACTIVATION_MODES)[number];

/** The modes that a run can be in. */
export const RUN_MODES = ["live", "shadow"] as const;
