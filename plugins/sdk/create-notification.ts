// kili.createNotification: tells a user of Kili something, in Kili.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkId } from "./check-id.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";
import { toWhere } from "./to-where.ts";

const DOCUMENT = `mutation createNotification($data: NotificationData!) {
  data: createNotification(data: $data) { id }
}`;

/** What to tell, and whom. */
export interface NewNotification {
  readonly message: string;
  readonly userId: string;
  readonly status?: string;
  /** Where a click on it leads. */
  readonly url?: string;
}

/** Creates the notification, and gives its id; null when Kili names none. */
export async function createNotification(
  caller: KiliCaller,
  { message, status, url, userId }: NewNotification,
): Promise<IdRow | null> {
  checkId("createNotification", "userId", userId);
  const data = toWhere({ message, status, url, userID: userId });
  return toIdRows(await callKili(caller, "createNotification", DOCUMENT, { data }))[0] ?? null;
}
