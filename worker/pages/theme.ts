// Light or dark, as the reader chose. In a cookie, so that the first paint is right without a script.
import { getCookie, setCookie } from "hono/cookie";
import { cookieOptions } from "./cookie-options.ts";
import { ownPath } from "./own-path.ts";
import type { PageContext, Theme } from "./page-env.ts";

const THEME_COOKIE = "kili_edge_theme";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** What the switch goes through, in this order. */
export const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: "dark", dark: "light", light: "auto" };

/** The reader's choice. */
export function readTheme(c: PageContext): Theme {
  return toTheme(getCookie(c, THEME_COOKIE));
}

/** Answers `POST /theme`. */
export function setTheme(c: PageContext): Response {
  const { form } = c.var;
  setCookie(c, THEME_COOKIE, toTheme(form.text("theme")), cookieOptions(c.req.raw, YEAR_SECONDS));
  return c.redirect(ownPath(form.text("to")), 303);
}

function toTheme(value: unknown): Theme {
  return value === "light" || value === "dark" ? value : "auto";
}
