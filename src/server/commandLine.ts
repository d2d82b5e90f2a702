// The command line: its options, their help and what is wrong with a bad one.
import { Command, InvalidArgumentError } from "commander";
import { IANAZone } from "luxon";
import { FeedError } from "../feeds/feedError.ts";
import { parseSpeed } from "../feeds/pace.ts";
import { parseReplayArgument, type ReplayFile } from "../feeds/replayArgument.ts";
import { StartError } from "../store/startError.ts";
import { packageVersion } from "./version.ts";

const SEED_MAX = 4_294_967_295;

export interface CommandLine {
  readonly replay?: readonly ReplayFile[];
  /** Market time over wall time; Infinity does not wait. */
  readonly speed?: number;
  readonly signals?: string;
  readonly timezone?: string;
  readonly demo?: true;
  readonly seed?: number;
  readonly rebuild?: true;
}

/** What the feeds say of a bad argument is what the command line says. */
function readBy<Value>(read: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      throw error instanceof FeedError ? new InvalidArgumentError(error.message) : error;
    }
  };
}

/** Given more than once, the files of all are replayed. */
function replayFiles(text: string, before: readonly ReplayFile[] = []): readonly ReplayFile[] {
  const given = before.map(({ symbol, file }) => `${symbol}=${file}`);
  return readBy(parseReplayArgument)([...given, text].join(","));
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
    .option(
      "--replay <FILE[,FILE…]>",
      "replay CSV bars as the price feed; SYMBOL=FILE, or the file is named after its symbol",
      replayFiles,
    )
    .option(
      "--speed <60x|max>",
      "with --replay: how many times faster than the market (default: 60x)",
      readBy(parseSpeed),
    )
    .option("--signals <FILE>", "with --replay: execute the signals of this file (JSON lines with an `at`) on the way")
    .option(
      "--timezone <ZONE>",
      "with --replay: the zone of times that name none (default: America/New_York)",
      timeZone,
    )
    .option("--demo", "run on a seeded random walk with a small strategy")
    .option("--seed <NUMBER>", "with --demo: another walk (default: 1)", seed)
    .option("--rebuild", "make the sums that reports are made of anew from the trades, tell what differed, and end")
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
  if (options.rebuild && (replayed || options.demo))
    refuse("--rebuild serves nothing: it excludes --replay and --demo");
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
