// TypeScript programs of the examples as processes of their own, as `npx tsx FILE` runs them.
import { spawn } from "node:child_process";
import { type EventEmitter, once } from "node:events";
import path from "node:path";
import { onTestFinished } from "vitest";

const ROOT = path.join(import.meta.dirname, "../..");

/** How it ended, and all that it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  /** Waits for standard output to have so many lines, and answers all that there are. */
  lines(count: number): Promise<string[]>;
  /** Waits for a text on standard error. */
  complaint(pattern: RegExp): Promise<void>;
  /** Gives it a text on standard input. */
  write(text: string): void;
  /** There is no more input. */
  end(): void;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Starts a file of the project; it is killed when the test is finished. */
export function startProgram(file: string, args: readonly string[]): Program {
  const child = spawn(process.execPath, ["--import", "tsx", path.join(ROOT, file), ...args], { cwd: ROOT });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  const ended = once(child, "close").then(([code]): Ended => ({ code, ...said }));
  const lines = (): string[] => said.stdout.split("\n").slice(0, -1);
  const more = async (stream: EventEmitter): Promise<void> => {
    const over = ended.then(({ stderr }) => Promise.reject(new Error(`the program has ended: ${stderr}`)));
    await Promise.race([once(stream, "data"), over]);
  };
  return {
    lines: async (count) => {
      while (lines().length < count) await more(child.stdout);
      return lines();
    },
    complaint: async (pattern) => {
      while (!pattern.test(said.stderr)) await more(child.stderr);
    },
    write: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
