// The image: what the Dockerfile says is performed without Docker, and the server is run from what comes of it.
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROJECT } from "../support/builtServer.ts";
import { freshPostgres, onServer, postgresReachable, type TestPostgres } from "../support/postgres.ts";
import { isSent, sentFiles } from "./buildContext.ts";
import { readCompose } from "./compose.ts";
import { type Environment, runIn, start } from "./container.ts";
import { readDockerfile } from "./dockerfile.ts";
import { buildImage, type Image, isRoot } from "./image.ts";
import { nameAt, shippedPackages } from "./packages.ts";

/** `npm ci` of what ships, and a whole build, on a busy machine. */
const BUILD_MS_MAX = 240_000;
/** Several processes, one of which makes a database, on a busy machine. */
const SERVING = { timeout: 180_000 };

const toolsFound = ["pg_dump", "pg_restore", "createdb", "psql"].every(
  (tool) => spawnSync(tool, ["--version"]).status === 0,
);
if (!toolsFound) console.warn("left out: pg_dump and its like are not installed (postgresql-client)");

let image: Image;
let remove: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  ({ image, remove } = await buildImage());
}, BUILD_MS_MAX);
afterAll(() => remove());

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

const isPackage = (file: string): boolean => file.startsWith("node_modules/");

describe("What the builder is sent", () => {
  it("is what the image is built from, and nothing that is private, made or large", () => {
    const private_ = [
      ".env",
      ".env.local",
      "data/papertape.json",
      "data/db/base/1",
      ".git/config",
      "bot-1.json",
      "a.csv",
    ];
    const made = ["node_modules/pg/package.json", "dist/src/server/main.js", "src/store/generated/client.ts"];
    const hidden = ["src/.env", "prisma/.env", "schema/generated/pothos.ts", "test/tidy/tidy.test.ts", "docs/guide.md"];
    expect([...private_, ...made, ...hidden].filter(isSent)).toEqual([]);
    expect([...new Set(sentFiles().map((file) => file.split("/")[0]))].sort()).toEqual([
      ".npmrc",
      "codegen.ts",
      "package-lock.json",
      "package.json",
      "prisma",
      "schema",
      "src",
      "tsconfig.build.json",
      "tsconfig.json",
      "web",
    ]);
  });
});

describe("The image", () => {
  it("is made on one version of Node, pinned to the last number, that the project allows", () => {
    const images = [...new Set(readDockerfile().map((stage) => stage.image))];
    expect(images).toEqual([expect.stringMatching(/^node:20\.\d+\.\d+-[a-z]+-slim$/)]);
    const [, minor = ""] = /^node:20\.(\d+)/.exec(images[0] ?? "") ?? [];
    const { engines } = JSON.parse(readFileSync(path.join(PROJECT, "package.json"), "utf8")) as {
      engines: { node: string };
    };
    expect(engines.node).toBe(">=20.19");
    expect(Number(minor)).toBeGreaterThanOrEqual(19);
  });

  it("holds the built program, the migrations, package.json and packages, and no other file", () => {
    const own = filesIn(image.root).filter((file) => !isPackage(path.relative("papertape", file)));
    const expected =
      /^papertape\/(package\.json|dist\/(src|schema)\/.+\.js(\.map)?|prisma\/migrations\/.+\.(sql|toml)|web\/desk\/dist\/.+)$/;
    expect(own.filter((file) => !expected.test(file))).toEqual([]);
    for (const file of [
      "package.json",
      "dist/src/server/main.js",
      "dist/src/server/key.js",
      "dist/src/backtest/worker.js",
      "web/desk/dist/index.html",
      "web/desk/dist/THIRD-PARTY-LICENSES.txt",
    ]) {
      expect(own).toContain(`papertape/${file}`);
    }
    const sources = own
      .map((file) => /^papertape\/dist\/(.+)\.js$/.exec(file)?.[1])
      .filter((name) => name !== undefined);
    const made = sources.filter((name) => !name.includes("generated/"));
    expect(made.filter((name) => !existsSync(path.join(PROJECT, `${name}.ts`)))).toEqual([]);
  });

  it("holds the packages that ship, and none that only builds or tests", () => {
    const { packages } = JSON.parse(
      readFileSync(path.join(image.folder, "node_modules/.package-lock.json"), "utf8"),
    ) as { packages: object };
    expect(Object.keys(packages).sort()).toEqual(
      shippedPackages()
        .map(({ place }) => place)
        .sort(),
    );
    const folders = filesIn(image.folder)
      .filter((file) => /^(?:(?:.+\/)?node_modules\/(?:@[^/]+\/)?[^/@.][^/@]*)\/package\.json$/.test(file))
      .map((file) => nameAt(path.dirname(file)));
    expect(new Set(folders)).toEqual(new Set(shippedPackages().map(({ name }) => name)));
  });

  it("has no secret in its variables or files", () => {
    expect(Object.keys(image.env).filter((name) => /SECRET|PASSWORD|TOKEN|KEY|DATABASE_URL/.test(name))).toEqual([]);
    const secret = /ptk_[\w-]{43}|BEGIN [A-Z ]*PRIVATE KEY|_authToken|_password/;
    const own = filesIn(image.folder).filter((file) => !isPackage(file));
    expect(own.filter((file) => secret.test(readFileSync(path.join(image.folder, file), "utf8")))).toEqual([]);
  });

  it("runs as a user who is not root and can write to nothing but the volume", () => {
    expect(image.user?.uid).toBeGreaterThan(0);
    expect(image.user?.gid).toBeGreaterThan(0);
    expect(image.volumes).toEqual([image.env["DATA_DIR"]]);
    expect(image.ports).toEqual([image.env["PORT"]]);
    if (!isRoot) return console.warn("left out: who owns the files of the image, for the tests do not run as root");
    const owned = readdirSync(image.root).map((name) => [name, lstatSync(path.join(image.root, name)).uid]);
    expect(Object.fromEntries(owned)).toEqual({ data: image.user?.uid, papertape: 0 });
    const writable = filesIn(image.folder).filter((file) => {
      const { uid, mode } = lstatSync(path.join(image.folder, file));
      return uid !== 0 || (!lstatSync(path.join(image.folder, file)).isSymbolicLink() && (mode & 0o002) !== 0);
    });
    expect(writable).toEqual([]);
  });

  it("adds less than 120 MB to its base", () => {
    const kilobytes = Number.parseInt(execFileSync("du", ["-sk", image.folder], { encoding: "utf8" }), 10);
    expect(kilobytes).toBeLessThan(120_000);
  });
});

describe("The server in the image", SERVING, () => {
  it("makes its first key, serves who has it, tells its health, and ends gently at SIGTERM", async () => {
    const secret = await firstKey(/^docker run --rm \S+ \S+ papertape (.+)$/m);
    const container = await start(image);
    expect(await health(container.port)).toBe(0);
    expect(await keysSeen(container.port, "")).toBe(401);
    expect(await keysSeen(container.port, secret)).toBe(200);
    const ending = await container.kill("SIGTERM");
    expect(ending.code).toBe(0);
    expect(ending.stderr).toContain('"msg":"closed"');
    expect(await health(container.port)).not.toBe(0);
  });

  it("is not healthy while it is not ready", async () => {
    const container = await start(image, { READY_FEED_AGE_MS: "100" });
    await expect.poll(() => health(container.port), { timeout: 20_000 }).not.toBe(0);
    expect((await container.kill("SIGTERM")).code).toBe(0);
  });

  it("refuses to serve without keys beyond its own machine", async () => {
    const ending = await runIn(image, image.command, { AUTH: "off", ALLOWED_HOSTS: "" });
    expect(ending).toMatchObject({ code: 2, stderr: expect.stringContaining("without keys only loopback is served") });
  });
});

describe.skipIf(!postgresReachable)("The server in compose", SERVING, () => {
  it("serves on PostgreSQL with its very variables, and is backed up and restored by the page's commands", async () => {
    const { services } = readCompose({ POSTGRES_PASSWORD: "0123456789abcdef" });
    const postgres = await freshPostgres();
    onTestFinished(() => postgres.drop());
    const env = { ...services.server.environment, DATABASE_URL: postgres.url };
    const secret = await firstKey(/^docker compose run --rm server (.+)$/m, env);
    const first = await start(image, env);
    expect(await health(first.port)).toBe(0);
    expect(await keysSeen(first.port, secret)).toBe(200);
    expect((await first.kill("SIGTERM")).code).toBe(0);
    if (!toolsFound) return;

    onTestFinished(() => onServer(`DROP DATABASE IF EXISTS ${postgres.name}_broken WITH (FORCE)`));
    for (const block of containerBlocks().filter((text) => /pg_dump|pg_restore/.test(text)))
      await onHost(block, postgres);
    const second = await start(image, env);
    expect(await keysSeen(second.port, secret)).toBe(200);
    expect((await second.kill("SIGTERM")).code).toBe(0);
  });
});

/** The bash blocks of the page's section on containers. */
function containerBlocks(): string[] {
  const page = readFileSync(path.join(PROJECT, "docs/operations.md"), "utf8");
  const section = /^## Containers\n([\s\S]*?)^## /m.exec(page)?.[1] ?? "";
  return [...section.matchAll(/^```bash\n([\s\S]*?)^```/gm)].map(([, block]) => block ?? "");
}

/** Makes a key by the command of the page that the pattern finds, and answers its secret. */
async function firstKey(pattern: RegExp, env: Environment = {}): Promise<string> {
  const command = pattern.exec(containerBlocks().join("\n"))?.[1];
  if (command === undefined) throw new Error(`the page has no ${pattern.source}`);
  const { code, stdout, stderr } = await runIn(image, command.split(" "), env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [secret] = /^ptk_[\w-]+$/m.exec(stdout) ?? [];
  if (secret === undefined) throw new Error(`no secret in: ${stdout}`);
  return secret;
}

/**
 * Runs a block of the page. In place of docker stands a script: what is to run in the container of PostgreSQL runs here,
 * against the tests' server, and there are no services to stop and start.
 */
async function onHost(block: string, { name, url }: TestPostgres): Promise<void> {
  const bin = path.join(image.root, "bin");
  const docker = '#!/bin/sh\nshift\ncase "$1" in exec) shift 3; exec "$@" ;; stop | start) ;; *) exit 64 ;; esac\n';
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, "docker"), docker, { mode: 0o755 });
  const { hostname, port, username, password } = new URL(url);
  const env = {
    PATH: [bin, process.env["PATH"]].join(path.delimiter),
    PGHOST: hostname,
    PGPORT: port || "5432",
    PGUSER: username,
    PGDATABASE: name,
    ...(password === "" ? {} : { PGPASSWORD: password }),
  };
  const named = block.replace(/\bpapertape(?!\.dump)/g, name);
  await promisify(execFile)("bash", ["-euo", "pipefail", "-c", named], { cwd: image.root, env });
}

async function health(port: string): Promise<number | null> {
  return (await runIn(image, image.healthcheck, { PORT: port })).code;
}

/** The HTTP status of a question that takes a key with the scope admin. */
async function keysSeen(port: string, secret: string): Promise<number> {
  const answer = await fetch(`http://localhost:${port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(secret === "" ? {} : { authorization: `Bearer ${secret}` }) },
    body: JSON.stringify({ query: "{ apiKeys { edges { node { name } } } }" }),
  });
  await answer.text();
  return answer.status;
}
