// Has a host do what it does when a cron is due. What that is, is the Worker's business.
import { orderHost, type SupervisedHost } from "./order-host.ts";

/** As long as the platform gives a scheduled handler. */
const TRIGGER_MS = 15 * 60_000;

/** Resolves when it is done. */
export async function triggerCron(host: SupervisedHost, cron: string): Promise<void> {
  const order = `scheduled?cron=${encodeURIComponent(cron)}`;
  const response = await orderHost(host, order, AbortSignal.timeout(TRIGGER_MS));
  if (!response.ok) throw new Error(`it answered ${response.status} ${(await response.text()).slice(0, 500)}`);
}
