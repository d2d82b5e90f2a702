// The built client in web/client/dist, which tests and examples import: checked to be what its sources say now.
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { PROJECT, wouldBuild } from "./builtServer.ts";

export const CLIENT = path.join(PROJECT, "web/client");
const BUILT = path.join(CLIENT, "dist/node.js");
const BUILD_INFO = path.join(CLIENT, "dist/.tsbuildinfo");
const BUILD_PROJECT = "web/client/tsconfig.json";

/** Throws, in one line, where it is missing or was built from other sources than those that are there now. */
export async function checkClientBuild(): Promise<void> {
  const builtAtMs = statSync(BUILD_INFO, { throwIfNoEntry: false })?.mtimeMs;
  if (builtAtMs === undefined || statSync(BUILT, { throwIfNoEntry: false }) === undefined)
    throw new Error("web/client/dist is missing: run `npm run build` first");
  // A file that was touched without a change is not built again: only the compiler can tell the two apart.
  if (newestSourceMs() > builtAtMs && (await wouldBuild(BUILD_PROJECT)))
    throw new Error("web/client/dist is older than its sources: run `npm run build` first");
}

function newestSourceMs(): number {
  const files = readdirSync(path.join(CLIENT, "src"), { recursive: true, encoding: "utf8" });
  const times = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => statSync(path.join(CLIENT, "src", file)).mtimeMs);
  return Math.max(...times);
}
