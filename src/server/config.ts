// What the server was asked to be: the environment and the command line, checked and joined.

import { DEFAULT_TIMEZONE } from "../feeds/marketTime.ts";
import { StartError } from "../store/startError.ts";
import { type CommandLine, readCommandLine } from "./commandLine.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import type { OperationLimits } from "./limits.ts";
import type { LiveChoice } from "./live.ts";
import type { LogLevel } from "./log.ts";
import { isAnyAddress, isLoopbackHost } from "./loopback.ts";
import { chooseLimits } from "./operationLimits/chooseLimits.ts";
import type { ReadinessLimits } from "./readiness.ts";
import type { ReplayChoice } from "./replay.ts";

const DEFAULT_REPLAY_SPEED = 60;
const DEFAULT_SEED = 1;

export type DatabaseChoice =
  | { readonly kind: "embedded"; readonly directory: string }
  | { readonly kind: "postgres"; readonly url: string };

export type ClockChoice = { readonly kind: "system" } | { readonly kind: "feed"; readonly startMs: number };

/** Who comes in: whoever is on this machine, or who has credentials. */
export type AccessChoice =
  | { readonly kind: "local" }
  | {
      readonly kind: "guarded";
      readonly allowedHosts: readonly string[];
      readonly allowedOrigins: readonly string[];
      readonly tokens: TokenChoice | undefined;
    };

/** Whose tokens are taken. */
export interface TokenChoice {
  readonly issuer: string;
  readonly audience: string;
  readonly keysUrl: string;
}

/** Where prices come from besides the API. */
export type FeedChoice =
  | { readonly kind: "pushed" }
  | ({ readonly kind: "replay" } & ReplayChoice)
  | { readonly kind: "demo"; readonly seed: number };

export interface Config {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly access: AccessChoice;
  readonly database: DatabaseChoice;
  readonly clock: ClockChoice;
  readonly feed: FeedChoice;
  readonly markIntervalMs: number;
  readonly logLevel: LogLevel;
  /** Where signals of promoted accounts go; nowhere where it is left out. */
  readonly live?: LiveChoice;
  readonly operationLimits: OperationLimits;
  /** Addresses and networks of proxies whose word on their clients is believed; nobody's is where there are none. */
  readonly trustedProxies?: readonly string[];
  /** The file of the only operations that are executed; all are where there is none. */
  readonly trustedDocuments?: string;
  /** Check the identities of the domain after each batch: for debugging. */
  readonly checkIdentities: boolean;
  /** Whether the server is watched: metrics, spans, lines of single requests. */
  readonly metrics: boolean;
  readonly readyLimits: ReadinessLimits;
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

const GUARD_VARIABLES = [
  "ALLOWED_HOSTS",
  "ALLOWED_ORIGINS",
  "AUTH_JWT_ISSUER",
  "AUTH_JWT_AUDIENCE",
  "AUTH_JWKS_URL",
] as const;

function chooseAccess(environment: Environment): AccessChoice {
  const { HOST, AUTH, ALLOWED_HOSTS = [], ALLOWED_ORIGINS = [] } = environment;
  if (AUTH === "off") {
    if (!isLoopbackHost(HOST)) {
      throw new StartError(
        `HOST is ${JSON.stringify(HOST)}: without keys only loopback is served: 127.0.0.1 (or another 127.x.x.x), ::1 or ` +
          "localhost; AUTH=on serves others, who need a key",
      );
    }
    const given = GUARD_VARIABLES.find((name) => environment[name] !== undefined);
    if (given !== undefined) throw new StartError(`${given} needs AUTH=on`);
    return { kind: "local" };
  }
  if (isAnyAddress(HOST) && ALLOWED_HOSTS.length === 0) {
    throw new StartError(`HOST=${HOST} needs ALLOWED_HOSTS: the names by which clients call this server`);
  }
  return {
    kind: "guarded",
    allowedHosts: ALLOWED_HOSTS,
    allowedOrigins: ALLOWED_ORIGINS,
    tokens: chooseTokens(environment),
  };
}

function chooseTokens({ AUTH_JWT_ISSUER, AUTH_JWT_AUDIENCE, AUTH_JWKS_URL }: Environment): TokenChoice | undefined {
  const given = [AUTH_JWT_ISSUER, AUTH_JWT_AUDIENCE, AUTH_JWKS_URL].filter((value) => value !== undefined);
  if (given.length === 0) return undefined;
  if (AUTH_JWT_ISSUER === undefined || AUTH_JWT_AUDIENCE === undefined || AUTH_JWKS_URL === undefined) {
    throw new StartError("AUTH_JWT_ISSUER, AUTH_JWT_AUDIENCE and AUTH_JWKS_URL are set together, or not at all");
  }
  return { issuer: AUTH_JWT_ISSUER, audience: AUTH_JWT_AUDIENCE, keysUrl: AUTH_JWKS_URL };
}

/** A replay sets the feed's clock whatever CLOCK says. */
function chooseClock(environment: Environment, feed: FeedChoice): ClockChoice {
  if (environment.CLOCK === "feed" || feed.kind === "replay") {
    return { kind: "feed", startMs: environment.CLOCK_START?.getTime() ?? 0 };
  }
  if (environment.CLOCK_START !== undefined) throw new StartError("CLOCK_START needs CLOCK=feed");
  return { kind: "system" };
}

/** What is played is not lived: eligibility is only earned by the wall clock, on prices that are pushed. */
function chooseLive(environment: Environment, clock: ClockChoice, feed: FeedChoice): { live?: LiveChoice } {
  const { LIVE_WEBHOOK_URL: url, LIVE_WEBHOOK_SECRET: secret } = environment;
  if (url === undefined && secret === undefined) return {};
  if (url === undefined || secret === undefined) {
    throw new StartError("LIVE_WEBHOOK_URL and LIVE_WEBHOOK_SECRET need each other");
  }
  if (clock.kind === "feed" || feed.kind !== "pushed") {
    throw new StartError("LIVE_WEBHOOK_URL needs CLOCK=system, and neither --replay nor --demo");
  }
  return { live: { url, secret } };
}

/**
 * The configuration of the process: `env` by environmentSchema, `argv` (without node and script) by the options of
 * `--help`, which prints and ends the process. Throws a StartError whose one line says what is wrong and what is allowed.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, argv: readonly string[]): Config {
  const commandLine = readCommandLine(argv);
  const feed = chooseFeed(commandLine);
  const environment = readEnvironment(env);
  const clock = chooseClock(environment, feed);
  return {
    host: environment.HOST,
    port: environment.PORT,
    access: chooseAccess(environment),
    database:
      environment.DATABASE_URL === undefined
        ? { kind: "embedded", directory: environment.DATA_DIR }
        : { kind: "postgres", url: environment.DATABASE_URL },
    clock,
    feed,
    ...chooseLive(environment, clock, feed),
    markIntervalMs: environment.MARK_INTERVAL_MS,
    logLevel: environment.LOG_LEVEL,
    checkIdentities: environment.CHECK_IDENTITIES === "on",
    operationLimits: chooseLimits(environment, environment.AUTH === "on"),
    ...(environment.TRUSTED_PROXIES === undefined ? {} : { trustedProxies: environment.TRUSTED_PROXIES }),
    ...(environment.TRUSTED_DOCUMENTS === undefined ? {} : { trustedDocuments: environment.TRUSTED_DOCUMENTS }),
    metrics: environment.METRICS === "on",
    readyLimits: { feedAgeMsMax: environment.READY_FEED_AGE_MS, logLagMsMax: environment.READY_LOG_LAG_MS },
    rebuild: commandLine.rebuild ?? false,
  };
}
