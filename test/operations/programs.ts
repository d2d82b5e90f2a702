// Programs of others that stand around the server: whether they are installed, and each as a process of the test's own.
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { PROJECT } from "../support/builtServer.ts";

const LOOKS_EVERY_MS = 50;
const STARTED_WITHIN_MS = 30_000;

/** Whether all of these can be started; where not, one line says what is left out. */
export function areInstalled(suite: string, ...names: readonly string[]): boolean {
  const missing = names.filter((name) => spawnSync("which", [name], { env: ENVIRONMENT }).status !== 0);
  if (missing.length > 0) console.warn(`left out: ${suite}: ${missing.join(", ")} is not installed`);
  return missing.length === 0;
}

/** Debian keeps servers where not everybody's PATH leads. */
export const ENVIRONMENT = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), "papertape-walk-"));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A port that nobody had a moment ago: for programs that cannot tell which one they took. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export interface Program {
  /** Ends it, and waits for that. */
  end(): Promise<void>;
}

/** Starts a program that serves, and answers when `isUp` says so. Throws, with what it said, where it ends before. */
export async function startProgram(
  command: readonly [string, ...string[]],
  isUp: () => Promise<boolean>,
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const [name, ...args] = command;
  const child = spawn(name, args, { env: { ...ENVIRONMENT, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const closed = once(child, "close");
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await closed;
  };
  const until = Date.now() + STARTED_WITHIN_MS;
  while (!(await isUp().catch(() => false))) {
    if (child.exitCode !== null || Date.now() > until) {
      await end();
      throw new Error(`${name} did not start: ${said}`);
    }
    await sleep(LOOKS_EVERY_MS);
  }
  return { end };
}

/** Runs a block of the page as a shell would, which stops at the first command that fails; answers its standard output. */
export async function runBlock(block: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", block], {
    cwd: PROJECT,
    env: { ...ENVIRONMENT, ...env },
  });
  return stdout;
}

/** How a program that checks something ended, and all that it said. */
export function check(name: string, args: readonly string[], input = ""): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(name, args, { input, encoding: "utf8", env: ENVIRONMENT });
  return { status, said: `${stdout}${stderr}` };
}
