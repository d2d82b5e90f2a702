// The command line: its options, their help and what is wrong with a bad one.
import { basename, extname } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { IANAZone } from "luxon";
import { StartError } from "../store/startError.ts";
import { packageVersion } from "./version.ts";

const SYMBOL = /^[A-Z0-9./-]{1,20}$/;
const SPEED_MAX = 1_000_000;
const SEED_MAX = 4_294_967_295;

/** A CSV file of bars and the symbol whose prices it holds. */
export interface ReplayFile {
  readonly symbol: string;
  readonly path: string;
}

/** How many times faster than the market a replay runs; "max" is as fast as it can. */
export type ReplaySpeed = number | "max";

export interface CommandLine {
  readonly replay?: readonly ReplayFile[];
  readonly speed?: ReplaySpeed;
  readonly signals?: string;
  readonly timezone?: string;
  readonly demo?: true;
  readonly seed?: number;
}

function replayFile(text: string): ReplayFile {
  const equals = text.indexOf("=");
  const path = text.slice(equals + 1);
  const symbol = equals < 0 ? basename(path, extname(path)).toUpperCase() : text.slice(0, equals);
  if (path === "") throw new InvalidArgumentError("It must be FILE or SYMBOL=FILE, several separated by commas.");
  if (SYMBOL.test(symbol)) return { symbol, path };
  throw new InvalidArgumentError(
    `${JSON.stringify(symbol)} is not a symbol (1–20 of A–Z, 0–9, "." "/" "-"): write SYMBOL=FILE.`,
  );
}

function replayFiles(text: string, before: readonly ReplayFile[] = []): readonly ReplayFile[] {
  const files = [...before, ...text.split(",").map(replayFile)];
  const twice = files.find(({ symbol }, index) => files.findIndex((file) => file.symbol === symbol) !== index);
  if (twice !== undefined) throw new InvalidArgumentError(`The symbol ${twice.symbol} is given twice.`);
  return files;
}

function replaySpeed(text: string): ReplaySpeed {
  if (text === "max") return "max";
  const times = Number(/^(\d{1,7}(?:\.\d{1,3})?)x$/.exec(text)?.[1]);
  if (times > 0 && times <= SPEED_MAX) return times;
  throw new InvalidArgumentError(`It must be max or a factor such as 60x, above 0 and at most ${SPEED_MAX}x.`);
}

function timeZone(text: string): string {
  if (IANAZone.isValidZone(text)) return text;
  throw new InvalidArgumentError("It must be the name of a time zone such as America/New_York.");
}

function seed(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= SEED_MAX) return Number(text);
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${SEED_MAX}.`);
}

const EXAMPLES = `
Environment variables (port, database, clock, log) are listed in .env.example.

Examples:
  npm start
  npm start -- --demo
  npm start -- --replay minute/AAPL.csv,SPX=minute/SPY.csv --speed 60x --signals signals.jsonl`;

function program(): Command {
  return new Command("papertape")
    .description("The paper desk that trading software plugs into: a GraphQL API that trades with paper money.")
    .usage("[options]")
    .option("--replay <FILE[,FILE…]>", "replay CSV bars as the price feed; SYMBOL=FILE, or the file is named after its symbol", replayFiles)
    .option("--speed <60x|max>", "with --replay: how many times faster than the market (default: 60x)", replaySpeed)
    .option("--signals <FILE>", "with --replay: execute the signals of this file (JSON lines with an `at`) on the way")
    .option("--timezone <ZONE>", "with --replay: the zone of times that name none (default: America/New_York)", timeZone)
    .option("--demo", "run on a seeded random walk with a small strategy")
    .option("--seed <NUMBER>", "with --demo: another walk (default: 1)", seed)
    .helpOption("--help", "show this help")
    .version(packageVersion(), "--version", "show the version")
    .addHelpText("after", EXAMPLES);
}

function refuse(message: string): never {
  throw new StartError(message.replace(/^error: /, "").replace(/\s+/g, " "));
}

function refuseContradictions(options: CommandLine): void {
  const replayed = options.replay !== undefined;
  if (replayed && options.demo) refuse("--replay and --demo exclude each other: both are the price feed");
  for (const name of ["speed", "signals", "timezone"] as const) {
    if (options[name] !== undefined && !replayed) refuse(`--${name} needs --replay`);
  }
  if (options.seed !== undefined && !options.demo) refuse("--seed needs --demo");
}

/**
 * The options of `argv` (without node and script). `--help` and `--version` print to standard output and end the
 * process; anything wrong throws a StartError.
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const command = program()
    .configureOutput({ writeErr: () => undefined })
    .exitOverride((end) => (end.exitCode === 0 ? process.exit(0) : refuse(end.message)));
  const options = command.parse([...argv], { from: "user" }).opts<CommandLine>();
  refuseContradictions(options);
  return options;
}
