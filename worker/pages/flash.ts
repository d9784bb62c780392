// One sentence that a form's handler leaves for the page it sends the reader to, in a cookie that is read once.
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { cookieOptions } from "./cookie-options.ts";
import type { Flash, PageContext } from "./page-env.ts";

const FLASH_COOKIE = "kili_edge_flash";
const FLASH_SECONDS = 30;
/** Cookies are small, and so are sentences. */
const MAX_FLASH_CHARS = 600;

/** Sends the reader on, with what became of the form. `path` is one of this host's own. */
export function redirectWith(c: PageContext, path: string, { tone, text }: Flash): Response {
  const short = text.length > MAX_FLASH_CHARS ? `${text.slice(0, MAX_FLASH_CHARS)}…` : text;
  // Half a character at the cut would be no valid text.
  setCookie(c, FLASH_COOKIE, `${tone}:${short.toWellFormed()}`, cookieOptions(c.req.raw, FLASH_SECONDS));
  return c.redirect(path, 303);
}

/** Takes what was left; null if nothing was. */
export function takeFlash(c: PageContext): Flash | null {
  const value = getCookie(c, FLASH_COOKIE);
  if (value === undefined) return null;
  deleteCookie(c, FLASH_COOKIE, cookieOptions(c.req.raw, 0));
  const [, tone, text] = /^(good|bad):(.*)$/s.exec(value) ?? [];
  return (tone === "good" || tone === "bad") && text !== undefined ? { tone, text } : null;
}
