// What the server was asked to be: the environment and the command line, checked and joined.

import { DEFAULT_TIMEZONE } from "../feeds/marketTime.ts";
import { StartError } from "../store/startError.ts";
import { type CommandLine, readCommandLine } from "./commandLine.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import type { LogLevel } from "./log.ts";
import type { ReplayChoice } from "./replay.ts";

const DEFAULT_REPLAY_SPEED = 60;
const DEFAULT_SEED = 1;

export type DatabaseChoice =
  | { readonly kind: "embedded"; readonly directory: string }
  | { readonly kind: "postgres"; readonly url: string };

export type ClockChoice = { readonly kind: "system" } | { readonly kind: "feed"; readonly startMs: number };

/** Where prices come from besides the API. */
export type FeedChoice =
  | { readonly kind: "pushed" }
  | ({ readonly kind: "replay" } & ReplayChoice)
  | { readonly kind: "demo"; readonly seed: number };

export interface Config {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly database: DatabaseChoice;
  readonly clock: ClockChoice;
  readonly feed: FeedChoice;
  readonly markIntervalMs: number;
  readonly logLevel: LogLevel;
  /** Check the identities of the domain after each batch: for debugging. */
  readonly checkIdentities: boolean;
  /** Make the rollups of all trades anew and end, instead of serving. */
  readonly rebuild: boolean;
}

/** The database of a configuration as it is opened. */
export function databaseOf({ database }: Config): { databaseUrl?: string; dataDir: string } {
  return database.kind === "embedded" ? { dataDir: database.directory } : { databaseUrl: database.url, dataDir: "" };
}

function chooseFeed({ replay, speed, signals, timezone, demo, seed }: CommandLine): FeedChoice {
  if (demo) return { kind: "demo", seed: seed ?? DEFAULT_SEED };
  if (replay === undefined) return { kind: "pushed" };
  return {
    kind: "replay",
    files: replay,
    speed: speed ?? DEFAULT_REPLAY_SPEED,
    signalsFile: signals,
    timezone: timezone ?? DEFAULT_TIMEZONE,
  };
}

/** A replay sets the feed's clock whatever CLOCK says. */
function chooseClock(environment: Environment, feed: FeedChoice): ClockChoice {
  if (environment.CLOCK === "feed" || feed.kind === "replay") {
    return { kind: "feed", startMs: environment.CLOCK_START?.getTime() ?? 0 };
  }
  if (environment.CLOCK_START !== undefined) throw new StartError("CLOCK_START needs CLOCK=feed");
  return { kind: "system" };
}

/**
 * The configuration of the process: `env` by environmentSchema, `argv` (without node and script) by the options of
 * `--help`, which prints and ends the process. Throws a StartError whose one line says what is wrong and what is allowed.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, argv: readonly string[]): Config {
  const commandLine = readCommandLine(argv);
  const feed = chooseFeed(commandLine);
  const environment = readEnvironment(env);
  return {
    host: environment.HOST,
    port: environment.PORT,
    database:
      environment.DATABASE_URL === undefined
        ? { kind: "embedded", directory: environment.DATA_DIR }
        : { kind: "postgres", url: environment.DATABASE_URL },
    clock: chooseClock(environment, feed),
    feed,
    markIntervalMs: environment.MARK_INTERVAL_MS,
    logLevel: environment.LOG_LEVEL,
    checkIdentities: environment.CHECK_IDENTITIES === "on",
    rebuild: commandLine.rebuild ?? false,
  };
}
