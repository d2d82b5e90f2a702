// The configuration: what is taken, what is refused and in which words.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { environmentSchema } from "../../src/server/environment.ts";
import { OPERATION_LIMITS } from "../../src/server/limits.ts";
import { StartError } from "../../src/store/startError.ts";

const PROJECT = new URL("../../", import.meta.url);

function refusal(env: Record<string, string>, argv: string[] = []): string {
  try {
    readConfig(env, argv);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    const { message } = error as StartError;
    expect(message).not.toContain("\n");
    return message;
  }
  throw new Error("nothing was refused");
}

describe("the environment", () => {
  test("should have these defaults", () => {
    expect(readConfig({}, [])).toEqual({
      host: "127.0.0.1",
      port: 4000,
      access: { kind: "local" },
      database: { kind: "embedded", directory: "./data" },
      clock: { kind: "system" },
      feed: { kind: "pushed" },
      markIntervalMs: 1000,
      logLevel: "info",
      checkIdentities: false,
      metrics: true,
      readyLimits: { feedAgeMsMax: undefined, logLagMsMax: 10_000 },
      operationLimits: OPERATION_LIMITS,
      rebuild: false,
    });
  });

  test("should take every variable", () => {
    const env = {
      PORT: "0",
      HOST: "::1",
      DATABASE_URL: "postgresql://desk:secret@db:5432/desk",
      MARK_INTERVAL_MS: "250",
      CLOCK: "feed",
      CLOCK_START: "2024-01-02T09:30:00-05:00",
      CHECK_IDENTITIES: "on",
      METRICS: "off",
      READY_FEED_AGE_MS: "60000",
      READY_LOG_LAG_MS: "5000",
      LOG_LEVEL: "debug",
    };
    expect(readConfig(env, [])).toEqual({
      host: "::1",
      port: 0,
      access: { kind: "local" },
      database: { kind: "postgres", url: env.DATABASE_URL },
      clock: { kind: "feed", startMs: Date.parse("2024-01-02T14:30:00Z") },
      feed: { kind: "pushed" },
      markIntervalMs: 250,
      logLevel: "debug",
      checkIdentities: true,
      metrics: false,
      readyLimits: { feedAgeMsMax: 60_000, logLagMsMax: 5_000 },
      operationLimits: OPERATION_LIMITS,
      rebuild: false,
    });
  });

  test("should count an empty variable as not set", () => {
    const empty = Object.fromEntries(Object.keys(environmentSchema.shape).map((name) => [name, ""]));
    expect(readConfig(empty, [])).toEqual(readConfig({}, []));
  });

  test.each([
    [{ PORT: "70000" }, 'PORT is "70000": it must be a whole number from 0 to 65535'],
    [{ PORT: "http" }, 'PORT is "http": it must be a whole number from 0 to 65535'],
    [{ PORT: "-1" }, 'PORT is "-1": it must be a whole number from 0 to 65535'],
    [{ PORT: "1e3" }, 'PORT is "1e3": it must be a whole number from 0 to 65535'],
    [{ MARK_INTERVAL_MS: "0" }, 'MARK_INTERVAL_MS is "0": it must be a whole number from 10 to 3600000'],
    [{ CLOCK: "wall" }, 'CLOCK is "wall": it must be system or feed'],
    [{ CLOCK_START: "2024-01-02T14:30:00Z" }, "CLOCK_START needs CLOCK=feed"],
    [{ CHECK_IDENTITIES: "yes" }, 'CHECK_IDENTITIES is "yes": it must be on or off'],
    [{ LOG_LEVEL: "loud" }, 'LOG_LEVEL is "loud": it must be one of fatal, error, warn, info, debug, trace, silent'],
  ])("should refuse %j", (env, line) => {
    expect(refusal(env)).toBe(line);
  });

  test("should refuse an instant without a zone", () => {
    expect(refusal({ CLOCK: "feed", CLOCK_START: "2024-01-02T14:30:00" })).toContain("an instant with its zone");
    expect(refusal({ CLOCK: "feed", CLOCK_START: "2024-02-30" })).toContain("CLOCK_START");
  });

  test.each(["0.0.0.0", "::", "192.168.0.7", "example.org", "127.0.0.1.example.org", "127.1"])(
    "should serve only loopback, not %s",
    (host) => {
      expect(refusal({ HOST: host })).toContain("without keys only loopback is served");
    },
  );

  test.each(["127.0.0.1", "127.8.9.10", "::1", "localhost"])("should serve %s", (host) => {
    expect(readConfig({ HOST: host }, []).host).toBe(host);
  });

  test("should say that several nodes are not built yet", () => {
    expect(refusal({ NATS_URL: "nats://localhost:4222" })).toContain("several nodes are not built yet");
  });

  test("should not repeat an address that may hold a password", () => {
    expect(refusal({ DATABASE_URL: "mysql://desk:secret@db/desk" })).toBe(
      "DATABASE_URL is refused: it must be an address such as postgresql://user:password@host:5432/database",
    );
  });

  test("should name every bad variable in one line", () => {
    const line = refusal({ PORT: "x", CLOCK: "y" });
    expect(line).toContain("PORT is");
    expect(line).toContain("CLOCK is");
  });

  test("should be shown in .env.example, each variable with its default", () => {
    const example = parseEnv(readFileSync(new URL(".env.example", PROJECT), "utf8"));
    expect(Object.keys(example).sort()).toEqual(Object.keys(environmentSchema.shape).sort());
    expect(readConfig(example, [])).toEqual(readConfig({}, []));
    const shown = Object.fromEntries(Object.entries(example).filter(([, value]) => value !== ""));
    const defaults = Object.entries(environmentSchema.parse({})).map(([name, value]) => [name, String(value)]);
    expect(shown).toEqual(Object.fromEntries(defaults));
  });
});

describe("the command line", () => {
  test("should replay files under the feed's clock, each under its symbol", () => {
    const config = readConfig({ CLOCK: "system" }, ["--replay", "minute/aapl.csv,BRK.B=daily/berkshire.csv"]);
    expect(config.clock).toEqual({ kind: "feed", startMs: 0 });
    expect(config.feed).toEqual({
      kind: "replay",
      files: [
        { symbol: "AAPL", file: "minute/aapl.csv" },
        { symbol: "BRK.B", file: "daily/berkshire.csv" },
      ],
      speed: 60,
      signalsFile: undefined,
      timezone: "America/New_York",
    });
  });

  test("should take speed, signals and time zone of a replay", () => {
    const argv = [
      "--replay",
      "A.csv",
      "--replay",
      "B.csv",
      "--speed",
      "0.5x",
      "--signals",
      "s.jsonl",
      "--timezone",
      "UTC",
    ];
    expect(readConfig({}, argv).feed).toMatchObject({
      files: [{ symbol: "A" }, { symbol: "B" }],
      speed: 0.5,
      signalsFile: "s.jsonl",
      timezone: "UTC",
    });
    expect(readConfig({}, ["--replay", "A.csv", "--speed", "max"]).feed).toMatchObject({
      speed: Number.POSITIVE_INFINITY,
    });
  });

  test("should rebuild instead of serving", () => {
    expect(readConfig({}, ["--rebuild"]).rebuild).toBe(true);
  });

  test("should run the demo on a seed", () => {
    expect(readConfig({}, ["--demo"]).feed).toEqual({ kind: "demo", seed: 1 });
    expect(readConfig({}, ["--demo", "--seed", "42"]).feed).toEqual({ kind: "demo", seed: 42 });
  });

  test.each([
    [["--replay", "A.csv", "--demo"], "--replay and --demo exclude each other"],
    [["--speed", "max"], "--speed needs --replay"],
    [["--signals", "s.jsonl"], "--signals needs --replay"],
    [["--timezone", "UTC"], "--timezone needs --replay"],
    [["--seed", "1"], "--seed needs --demo"],
    [["--rebuild", "--demo"], "--rebuild serves nothing: it excludes --replay and --demo"],
    [["--replay", "A.csv", "--speed", "60"], "is not max or a multiple such as 60x"],
    [["--replay", "A.csv", "--speed", "0x"], "is not max or a multiple such as 60x"],
    [["--replay", "A.csv", "--timezone", "Mars/Olympus"], "It must be the name of a time zone"],
    [["--demo", "--seed", "4294967296"], "It must be a whole number from 0 to 4294967295"],
    [["--replay", "my prices.csv"], 'the symbol "MY PRICES" is not'],
    [["--replay", "A.csv,other/A.csv"], "the symbol A has more than one file to replay"],
    [["--replay", "A.csv,"], "is not FILE or SYMBOL=FILE"],
    [["--replay"], "argument missing"],
    [["--fast"], "unknown option '--fast'"],
    [["replay"], "too many arguments"],
  ])("should refuse %j", (argv, words) => {
    expect(refusal({}, argv)).toContain(words);
  });

  test.each([
    ["--help", /--replay <FILE\[,FILE…\]>[\s\S]*--demo[\s\S]*--version/],
    ["--version", /^\d+\.\d+\.\d+\n$/],
  ])("should answer %s on standard output and end with 0", (option, words) => {
    const module = new URL("src/server/config.ts", PROJECT).href;
    const script = `import(${JSON.stringify(module)}).then(({ readConfig }) => readConfig({}, [${JSON.stringify(option)}]))`;
    const output = execFileSync(process.execPath, ["--import", "tsx", "-e", script], {
      cwd: PROJECT,
      encoding: "utf8",
    });
    expect(output).toMatch(words);
  });
});
