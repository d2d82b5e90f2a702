// Processes in an image that was built without Docker: in its folder, with its environment, as its user.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { type Image, isRoot } from "./image.ts";

export type Environment = Readonly<Record<string, string>>;

export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Container {
  readonly port: string;
  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<Ending>;
}

const LISTENING = /^listening on http:\/\/\S+:(\d+)$/m;

/** None outlives the tests, even where these are broken off. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Runs a command to its end. */
export function runIn(image: Image, words: readonly string[], env: Environment = {}): Promise<Ending> {
  return launch(image, words, env).ended;
}

/** Starts the image's own command on a free port, and answers when it listens. Throws where it ends before that. */
export async function start(image: Image, env: Environment = {}): Promise<Container> {
  const { child, ended } = launch(image, image.command, { ...env, PORT: "0" });
  let said = "";
  const listens = new Promise<string>((resolve) => {
    child.stdout.on("data", (text: string) => {
      said += text;
      const port = LISTENING.exec(said)?.[1];
      if (port !== undefined) resolve(port);
    });
  });
  const failed = ended.then(({ code, stderr }): never => {
    throw new Error(`the container ended with ${code} before it listened: ${stderr}`);
  });
  const port = await Promise.race([listens, failed]);
  return {
    port,
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

function launch(image: Image, [program = "", ...args]: readonly string[], env: Environment) {
  const { PATH = "" } = process.env;
  const child = spawn(program, args, {
    cwd: image.folder,
    env: { PATH, ...belowRoot(image, { ...image.env, ...env }) },
    ...(isRoot ? image.user : {}),
  });
  running.add(child);
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  const ended = once(child, "close").then(([code]): Ending => {
    running.delete(child);
    return { code: code as number | null, ...said };
  });
  // Whoever only wants to hear that it listens has not asked for its end.
  ended.catch(() => undefined);
  return { child, ended };
}

/** Paths are the image's own. */
function belowRoot({ root }: Image, env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.startsWith("/") ? path.join(root, value) : value]),
  );
}
