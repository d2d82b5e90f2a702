// Real child processes of the tests, which run a TypeScript file and talk over Node's channel.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** A child process that answers each message with one message. */
export type Child = {
  readonly pid: number;
  ask<Answer>(message: unknown): Promise<Answer>;
  /** Sends a signal and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts a file of test/support as a process of its own; ready when it has said so. */
export async function startChild(file: string, args: readonly string[] = []): Promise<Child> {
  const child = fork(path.join(import.meta.dirname, file), args, {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", 1, 2, "ipc"],
  });
  await answer(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} did not start`);
  return {
    pid,
    ask: async <Answer>(message: unknown) => {
      const reply = answer(child);
      child.send(message as object);
      return (await reply) as Answer;
    },
    kill: async (signal = "SIGKILL") => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

async function answer(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, "message", { signal: ended.signal }).then(([message]) => message as unknown),
      once(child, "exit", { signal: ended.signal }).then(() =>
        Promise.reject(new Error("the child ended without an answer")),
      ),
    ]);
  } finally {
    ended.abort();
  }
}
