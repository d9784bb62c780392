// How an error travels through the network door: a thrown one would lose its name on the way. The isolate's harness
// throws it there, as the header says.
import { REFUSAL_HEADER } from "./net-headers.ts";

const MAX_MESSAGE_CHARS = 2_000;

/** A response that stands for an error with this name and message. */
export function refusalResponse(error: { readonly name: string; readonly message: string }): Response {
  return new Response(null, {
    status: error.name === "NotCapable" ? 403 : 502,
    headers: {
      [REFUSAL_HEADER]: toAsciiJson({ name: error.name, message: error.message.slice(0, MAX_MESSAGE_CHARS) }),
    },
  });
}

// Header values are Latin-1 at best, and a peer's words may be anything.
function toAsciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
