// Where a plugin's archive is to be sent. The URL's secret is all that it takes to send one.
import * as v from "valibot";
import { MAX_PLUGIN_NAME_CHARS, PluginNameSchema } from "../../schemas/manifest.ts";
import { hashText } from "../build/hash-text.ts";
import { UPLOAD_TTL_MS } from "../limits.ts";
import { createUpload } from "../store/create-upload.ts";
import { findPlugin } from "../store/find-plugin.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { nameTakenError, unknownPluginError } from "./plugin-errors.ts";
import { requestError } from "./request-error.ts";

interface NameArguments {
  readonly data: { readonly pluginName: string };
}

const UPLOADS_PATH = "/api/label/v2/uploads/";
const SECRET_BYTES = 32;

export const pluginUploadMutations = {
  createPlugin: async (_: unknown, { data: { pluginName } }: NameArguments, context: GraphqlContext) => {
    // The plugin itself is made with its runner: an upload that went wrong leaves nothing that must be deleted first.
    if ((await findPlugin(context.db, pluginName)) !== null) throw nameTakenError(pluginName);
    if (!v.safeParse(PluginNameSchema, pluginName).success) {
      throw requestError(
        "BAD_USER_INPUT",
        `Cannot create plugin: its name has ${pluginName.length} characters, wanted 1 to ${MAX_PLUGIN_NAME_CHARS} visible ones and no blanks at its ends`,
      );
    }
    return createUploadUrl(pluginName, context);
  },

  generateUpdateUrl: async (_: unknown, { data: { pluginName } }: NameArguments, context: GraphqlContext) => {
    if ((await findPlugin(context.db, pluginName)) === null) throw unknownPluginError("update", pluginName);
    return createUploadUrl(pluginName, context);
  },
};

async function createUploadUrl(pluginName: string, { db, principal, now, origin }: GraphqlContext): Promise<string> {
  const secret = Array.from(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)), toHex).join("");
  const createdAt = now();
  await createUpload(db, {
    id: await hashText(secret),
    pluginName,
    actor: principal.actor,
    createdAt,
    expiresAt: createdAt + UPLOAD_TTL_MS,
  });
  return `${origin}${UPLOADS_PATH}${secret}`;
}

function toHex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
