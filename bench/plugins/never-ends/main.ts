// bench-never-ends: the neighbour nobody wants. Each of its runs takes its place until its time is up.
import { PluginCore } from "kili-edge/sdk";

// oxlint-disable-next-line import/no-default-export -- the form of a plugin
export default class PluginHandler extends PluginCore {
  override async onSubmit() {
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  }
}
