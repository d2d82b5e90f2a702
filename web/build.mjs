// Builds the client package and the dashboard where they are missing or older than what they are made from.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const stampFile = path.join(root, "web/desk/dist/.built-from");
/** Files and folders that the two are made from. */
const SOURCES = ["codegen.ts", "package-lock.json", "schema/schema.graphql", "tsconfig.json", "web"];
/** What is made, or says nothing about it. */
const PASSED_OVER = new Set(["dist", "generated", "node_modules", "README.md"]);

function filesOf(entry) {
  const found = path.join(root, entry);
  if (!existsSync(found)) return [];
  const inside = readdirSync(found, { withFileTypes: true, recursive: false });
  return inside
    .filter(({ name }) => !PASSED_OVER.has(name))
    .flatMap((one) => (one.isDirectory() ? filesOf(path.join(entry, one.name)) : [path.join(entry, one.name)]));
}

/** Everything that the built files depend on, in one hash. */
function stamp() {
  const hash = createHash("sha256");
  const files = SOURCES.flatMap((entry) => (path.extname(entry) === "" ? filesOf(entry) : [entry]));
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(path.join(root, file)));
  return hash.digest("hex");
}

function run(command, ...options) {
  const file = path.join(root, "node_modules", command);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...options], { cwd: root, encoding: "utf8" });
  if (status === 0) return;
  process.stderr.write(`${command} failed\n${stdout}${stderr}`);
  process.exit(1);
}

const wanted = stamp();
const built = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : undefined;
if (built !== wanted) {
  run("@graphql-codegen/cli/cjs/bin.js", "--config", "codegen.ts");
  run("typescript/bin/tsc", "-p", "web/client/tsconfig.json");
  run("vite/bin/vite.js", "build", "web/desk", "--config", "web/desk/vite.config.ts");
  writeFileSync(stampFile, wanted);
}
