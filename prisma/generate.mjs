// Generates Prisma's client and Pothos' types where they are missing or older than what they are made from.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const root = path.dirname(import.meta.dirname);
const client = path.join(root, "src/store/generated");
const types = path.join(root, "schema/generated/pothos.ts");
const stampFile = path.join(client, ".generated-from");

/** A package's folder: not every package lets its package.json be imported. */
function packageFolder(name) {
  const folder = require.resolve
    .paths(name)
    ?.find((candidate) => existsSync(path.join(candidate, name, "package.json")));
  if (folder === undefined) throw new Error(`${name} is not installed: run npm ci`);
  return path.join(folder, name);
}

function version(name) {
  return JSON.parse(readFileSync(path.join(packageFolder(name), "package.json"), "utf8")).version;
}

/** Everything that the generated files depend on, in one hash. */
function stamp() {
  const hash = createHash("sha256");
  for (const file of ["schema.prisma", "prisma.config.ts", "generate.mjs"]) {
    hash.update(readFileSync(path.join(import.meta.dirname, file)));
  }
  for (const name of ["prisma", "@prisma/client", "@pothos/plugin-prisma"]) hash.update(`${name}@${version(name)}`);
  return hash.digest("hex");
}

function isFresh(wanted) {
  return existsSync(types) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted;
}

/** `generate` needs no engine, yet tries to download one where it finds none: any executable file keeps it content. */
function generate() {
  const command = path.join(packageFolder("prisma"), "build/index.js");
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [command, "generate", "--config", "prisma/prisma.config.ts", "--no-hints"],
    {
      cwd: root,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: [path.join(root, "node_modules/.bin"), process.env.PATH].join(path.delimiter),
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: "1",
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
      },
    },
  );
  if (status === 0) return;
  process.stderr.write(`prisma generate failed\n${stdout}${stderr}${error === undefined ? "" : `${error}\n`}`);
  process.exit(1);
}

const wanted = stamp();
if (!isFresh(wanted)) {
  generate();
  writeFileSync(stampFile, wanted);
}
