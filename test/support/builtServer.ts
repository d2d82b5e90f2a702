// The built server in dist/, which the tests start: checked to be what the sources say now.
import { execFile } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

export const PROJECT = path.join(import.meta.dirname, "../..");

/** The file that node runs. */
export const SERVER_FILE = path.join(PROJECT, "dist/src/server/main.js");

const BUILD_PROJECT = "tsconfig.build.json";
const BUILD_INFO = path.join(PROJECT, "dist/.tsbuildinfo");
const SOURCE_FOLDERS = ["src", "schema"];
/** The build makes these anew each time, whether or not anything in them changes. */
const GENERATED = `${path.sep}generated${path.sep}`;

/** Throws, in one line, where dist/ is missing or was built from other sources than those that are there now. */
export async function checkBuild(): Promise<void> {
  const builtAtMs = statSync(BUILD_INFO, { throwIfNoEntry: false })?.mtimeMs;
  if (builtAtMs === undefined || statSync(SERVER_FILE, { throwIfNoEntry: false }) === undefined) {
    throw new Error("dist/ is missing: run `npm run build` first");
  }
  const changed = newestSource();
  if (changed.atMs <= builtAtMs) return;
  // A file that was touched without a change is not built again: only the compiler can tell the two apart.
  if (await wouldBuild(BUILD_PROJECT))
    throw new Error(`dist/ is older than ${changed.file}: run \`npm run build\` first`);
}

function newestSource(): { file: string; atMs: number } {
  let newest = { file: "", atMs: 0 };
  for (const folder of SOURCE_FOLDERS) {
    for (const name of readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: "utf8" })) {
      const file = path.join(folder, name);
      if (!file.endsWith(".ts") || file.includes(GENERATED)) continue;
      const { mtimeMs } = statSync(path.join(PROJECT, file));
      if (mtimeMs > newest.atMs) newest = { file, atMs: mtimeMs };
    }
  }
  return newest;
}

/** Whether the compiler would build a project (its tsconfig's path) anew. */
export async function wouldBuild(project: string): Promise<boolean> {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const compiler = path.join(path.dirname(typescript), "bin/tsc");
  const args = [compiler, "--build", "--dry", project];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PROJECT });
  return /would build/.test(stdout);
}
