// A real browser for tests: the Chromium that comes in an npm package, so that nothing else need be installed.
import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";

/** Its packaged build is for Linux on x64 alone; elsewhere CHROMIUM may name one. Null where there is none. */
export async function openBrowser(): Promise<Browser | null> {
  const own = process.env["CHROMIUM"];
  if (own === undefined && (process.platform !== "linux" || process.arch !== "x64")) return null;
  const executablePath = own ?? (await chromium.executablePath());
  return playwright.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
}
