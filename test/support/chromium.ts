// A real Chromium for tests, where one is installed: the Debian package, or what CHROMIUM_PATH names.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PATHS = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const executablePath = PATHS.find((path) => path !== undefined && existsSync(path));

/** Whether there is one: suites that need it are left out where it is not. */
export const chromiumFound = executablePath !== undefined;
if (!chromiumFound) console.warn("left out: no Chromium is installed (set CHROMIUM_PATH to run these suites)");

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function openChromium(): Promise<Browser> {
  return chromium.launch({ args: QUIET, ...(executablePath === undefined ? {} : { executablePath }) });
}
