// Replays as people start them: the files, the process with its arguments, and what it prints.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { draw, seed } from "../../src/feeds/seededNumbers.ts";
import { PROJECT } from "../support/builtServer.ts";
import type { ServerProcess } from "../support/serverProcess.ts";

/** The real market data beside the project, which a clone of it alone does not have. */
export const SHARED_DATA = path.join(PROJECT, "../shared/data");

const POLL_MS = 20;
/** The last line of a replay's summary. */
export const SUMMARY_END = /max drawdown .*\n/;

/** A directory for files, and what removes it. */
export async function temporaryDirectory(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), "papertape-replay-"));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Resolves when the server has printed what matches; throws where it ends before that. */
export async function untilPrinted(server: ServerProcess, pattern: RegExp): Promise<void> {
  let isOver = false;
  void server.ended.then(() => {
    isOver = true;
  });
  while (!pattern.test(server.stdout())) {
    if (isOver) throw new Error(`ended without ${pattern}: ${server.stdout()}${server.stderr()}`);
    await sleep(POLL_MS);
  }
}

/** Runs the example that makes signals from a file's bars, and writes them beside it. */
export async function makeSignalsFile(bars: string, file: string): Promise<string> {
  const example = path.join(PROJECT, "examples/make-signals.ts");
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", example, bars], { cwd: PROJECT });
  await writeFile(file, stdout);
  return file;
}

export interface MadeBars {
  readonly days: number;
  readonly minutesADay: number;
  /** How far a minute's price moves at most, in cents. */
  readonly stepCentsMax: number;
}

/** A file of minute bars, New York time, that wander about 100 USD; each day begins with a jump. */
export function madeBars({ days, minutesADay, stepCentsMax }: MadeBars): string {
  const lines = ["time,open,high,low,close,volume"];
  let state = seed(days * minutesADay);
  let cents = 10_000;
  const next = (from: number, to: number): number => {
    const drawn = draw(state, from, to);
    state = drawn.state;
    return drawn.value;
  };
  for (let day = 0; day < days; day += 1) {
    cents += next(-100, 100);
    for (let minute = 0; minute < minutesADay; minute += 1) {
      const open = cents;
      const pull = Math.trunc((10_000 - open) / 100);
      const close = open + next(-stepCentsMax, stepCentsMax) + pull;
      const high = Math.max(open, close) + next(0, stepCentsMax);
      const low = Math.min(open, close) - next(0, stepCentsMax);
      const clock = new Date(Date.UTC(2024, 2, 4 + day, 9, 30 + minute)).toISOString().slice(0, 16).replace("T", " ");
      lines.push(
        [clock, ...[open, high, low, close].map((price) => (price / 100).toFixed(2)), next(0, 9_999)].join(","),
      );
      cents = close;
    }
  }
  return `${lines.join("\n")}\n`;
}
