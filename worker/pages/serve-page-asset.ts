// The files that pages load: those that this build wrote for them, and no other of the deployment's assets.
import { PAGE_ASSETS } from "../../dist/page-assets.ts";
import type { PageContext } from "./page-env.ts";

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};
const NAMES: readonly string[] = Object.values(PAGE_ASSETS);

/** Where a page finds one of its files. The name changes with the content, so it may be kept for ever. */
export function assetPath(name: keyof typeof PAGE_ASSETS): string {
  return `/assets/${PAGE_ASSETS[name]}`;
}

/** Answers `GET /assets/:file`. */
export async function servePageAsset(c: PageContext): Promise<Response> {
  const name = c.req.param("file") ?? "";
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
  if (type === undefined || !NAMES.includes(name)) return c.notFound();
  const { ok, body } = await c.env.ASSETS.fetch(`http://assets/pages/${name}`);
  if (!ok) return c.notFound();
  const headers = { "content-type": type, "cache-control": "public, max-age=31536000, immutable" };
  return new Response(body, { headers });
}
