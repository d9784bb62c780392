// Tries to reach the host's own machine and network, in every spelling it knows.
import { PluginCore } from "kili-edge/sdk";

const SPELLINGS = [
  "http://127.0.0.1/",
  "http://2130706433/",
  "http://0x7f.1/",
  "http://017700000001/",
  "http://127.1/",
  "http://localhost/",
  "http://LOCALHOST./",
  "http://[::1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://10.0.0.1/",
  "http://192.168.1.1/",
  "http://172.16.0.1/",
  "http://169.254.169.254/latest/meta-data/",
  "http://[fe80::1]/",
  "http://[fd00::1]/",
  "http://0.0.0.0/",
  "http://redirect.example.com/?to=http://127.0.0.1/",
];

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    for (const url of SPELLINGS) {
      try {
        const response = await fetch(url);
        this.logger.error(`reached ${url}: ${response.status}`);
      } catch (error) {
        this.logger.info(`${url}: ${(error as Error).name}`);
      }
    }
  }
}
