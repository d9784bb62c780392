// What the forms of the settings page do, each by one mutation of the API.
import * as v from "valibot";
import { applyChange } from "./apply-change.ts";
import { callInName } from "./call-in-name.ts";
import { redirectWith } from "./flash.ts";
import { KEY_LIFETIMES } from "./key-lifetimes.ts";
import type { PageContext } from "./page-env.ts";
import { renderSettings } from "./settings.tsx";

const MadeSchema = v.object({ answer: v.object({ key: v.string() }) });

/** Answers `POST /settings/keys`, with the key on the page: where it led on to would have to keep it. */
export async function makeKey(c: PageContext): Promise<Response> {
  const { form, now } = c.var;
  const name = form.text("name");
  const ms = KEY_LIFETIMES.find(({ value }) => value === form.text("lifetime"))?.ms;
  if (ms === undefined)
    return redirectWith(c, "/settings", { tone: "bad", text: "Cannot make a key: no such lifetime" });
  const document = "mutation ($data: CreateApiKeyInput!) { answer: createApiKey(data: $data) { key } }";
  const expiresAt = ms === null ? null : new Date(now + ms).toISOString();
  const made = await callInName(c, document, { data: { name, role: form.text("role"), expiresAt } });
  if (!made.ok) return redirectWith(c, "/settings", { tone: "bad", text: made.failure });
  return renderSettings(c, { name, key: v.parse(MadeSchema, made.value).answer.key });
}

/** Answers `POST /settings/revoke-key`. */
export function revokeKey(c: PageContext): Promise<Response> {
  const document = "mutation ($where: RevokeApiKeyWhere!) { answer: revokeApiKey(where: $where) }";
  return applyChange(c, "/settings", document, { where: { id: c.var.form.text("id") } });
}
