// What a door knows about the run it was made for. The host writes it, the guest can neither read nor forge it.
import type { TrialOrder } from "../../schemas/trial.ts";

export interface DoorProps {
  readonly runId: string;
  /** The inbox that the run belongs to: `env.INBOX.idFromName(inboxName)`. */
  readonly inboxName: string;
  readonly pluginName: string;
  readonly projectId: string;
  /** `[permissions] kili` and `net` of the plugin's manifest. */
  readonly kiliScopes: readonly string[];
  /** The projects that Kili calls may be about: the event's and those of `kili_projects`; "*" is every project. */
  readonly kiliProjects: readonly string[];
  /** What the event is about, which is in its project. */
  readonly assetId: string | null;
  readonly labelId: string | null;
  readonly eventId: string;
  /** The same for each attempt. */
  readonly deliveryId: string;
  /** When the run's time is over, in epoch milliseconds. */
  readonly deadlineAt: number;
  readonly netHosts: readonly string[];
  /** Writes to Kili are recorded instead of sent. */
  readonly shadow: boolean;
  /** The run is a trial: its line is to the project's bench, and what it would change is recorded instead of done. */
  readonly trial?: { readonly reads: TrialOrder["reads"] };
}
