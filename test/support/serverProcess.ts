// The built server as a process of its own, started with an environment as a user would start it.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { checkBuild, PROJECT, SERVER_FILE } from "./builtServer.ts";

/** How a process ended, and all that it said. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ServerProcess {
  /** http://HOST:PORT */
  readonly url: string;
  readonly pid: number;
  readonly ended: Promise<Ending>;
  stdout(): string;
  stderr(): string;
  /** Sends a signal and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<Ending>;
}

export type Environment = Readonly<Record<string, string>>;

const LISTENING = /^listening on (http:\/\/\S+)$/m;

/** Starts a server on a free port and answers when it listens. Throws where it ends before that. */
export async function startServer(env: Environment, args: readonly string[] = []): Promise<ServerProcess> {
  await built();
  const { child, said, ended } = launch(env, args);
  const url = await Promise.race([said.until(LISTENING), ended.then(didNotStart)]);
  return {
    url,
    pid: child.pid ?? 0,
    ended,
    stdout: said.stdout,
    stderr: said.stderr,
    kill: (signal = "SIGKILL") => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs a server that should end by itself, to its end. Throws where it listens. */
export async function runServer(env: Environment, args: readonly string[] = []): Promise<Ending> {
  await built();
  const { child, said, ended } = launch(env, args);
  const hasStarted = said.until(LISTENING).then(async () => {
    child.kill("SIGKILL");
    throw new Error(`the server has started, though it should not: ${JSON.stringify(await ended)}`);
  });
  return Promise.race([ended, hasStarted]);
}

let checked: Promise<void> | undefined;

function built(): Promise<void> {
  checked ??= checkBuild();
  return checked;
}

/** None outlives the tests, even where these are broken off. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

function launch(env: Environment, args: readonly string[]) {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, ["--enable-source-maps", SERVER_FILE, ...args], {
    cwd: PROJECT,
    env: { PATH, PORT: "0", ...env },
  });
  running.add(child);
  const said = listen(child);
  const ended = once(child, "close").then(([code, signal]): Ending => {
    running.delete(child);
    return { code, signal, stdout: said.stdout(), stderr: said.stderr() };
  });
  return { child, said, ended };
}

/** What the process says. */
function listen({ stdout, stderr }: ChildProcessWithoutNullStreams) {
  const texts = { stdout: "", stderr: "" };
  stdout.setEncoding("utf8").on("data", (text: string) => {
    texts.stdout += text;
  });
  stderr.setEncoding("utf8").on("data", (text: string) => {
    texts.stderr += text;
  });
  return {
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    /** The first group of a pattern, when it has been said on standard output; never where it is not. */
    until: (pattern: RegExp): Promise<string> =>
      new Promise((resolve) => {
        stdout.on("data", () => {
          const found = pattern.exec(texts.stdout)?.[1];
          if (found !== undefined) resolve(found);
        });
      }),
  };
}

function didNotStart({ code, stderr }: Ending): never {
  throw new Error(`the server ended with ${code} before it listened: ${stderr}`);
}
