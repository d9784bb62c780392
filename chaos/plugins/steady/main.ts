// Ends well at once, which makes its runs share calls where several begin together, and says so where they do.
import { PluginCore } from "kili-edge/sdk";

/** The platform lets an object that has a body be used in the call that it was made in, and in no other. */
let ofLastRun: Response | null = null;

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    this.logger.info(isSharedCall() ? "steady in a shared call" : "steady");
    ofLastRun = new Response("");
  }
}

function isSharedCall(): boolean {
  try {
    return ofLastRun?.clone() !== undefined;
  } catch {
    return false;
  }
}
