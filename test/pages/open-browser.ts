// A real browser for tests: the Chromium that comes in an npm package, so that nothing else need be installed.
import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";

/**
 * Its packaged build is for Linux on x64 alone, and takes libraries that most systems have; elsewhere CHROMIUM may name
 * a browser. Null, with the reason on the console, where none starts.
 */
export async function openBrowser(): Promise<Browser | null> {
  try {
    return await playwright.launch({
      executablePath: process.env["CHROMIUM"] ?? (await chromium.executablePath()),
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    });
  } catch (error) {
    console.warn(`The dashboard is not tested in a browser: ${String(error)}`);
    return null;
  }
}
