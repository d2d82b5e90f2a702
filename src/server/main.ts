// The process: reads its configuration, serves, and ends gently. Only this file talks to the process.
import { FeedError } from "../feeds/feedError.ts";
import { StartError } from "../store/startError.ts";
import { readConfig } from "./config.ts";
import { createLog } from "./log.ts";
import type { RunningServer } from "./serve.ts";

/** The exit code of a start that cannot be: one line on standard error says why. */
const EXIT_CANNOT_START = 2;
/** Past this the process ends whatever is still under way. */
const SHUTDOWN_MS_MAX = 10_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function refuseToStart(error: unknown): never {
  if (!(error instanceof StartError || error instanceof FeedError)) throw error;
  process.stderr.write(`papertape: ${error.message}\n`);
  process.exit(EXIT_CANNOT_START);
}

function endGently(server: RunningServer, log: ReturnType<typeof createLog>): void {
  let isEnding = false;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    log.info({ signal }, "shutting down");
    setTimeout(() => process.exit(1), SHUTDOWN_MS_MAX).unref();
    await server.close();
    log.info("closed");
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void end(signal));
  process.on("SIGINT", (signal) => void end(signal));
}

async function main(): Promise<void> {
  const config = readConfig(process.env, process.argv.slice(2));
  const log = createLog(config.logLevel);
  // Loaded only now, so that a bad option is told at once.
  if (config.rebuild) return (await import("./rebuild.ts")).rebuild(config, log, say);
  const { serve } = await import("./serve.ts");
  const server = await serve(config, log, say);
  endGently(server, log);
  say(`listening on ${server.url}`);
  say(`  The desk, in a browser:          ${server.url}/`);
  say(`  GraphiQL, with examples to run:  ${server.url}/graphql`);
  if (config.feed.kind === "pushed")
    say("  To see it move, on data of its own: DATA_DIR=$(mktemp -d) npm start -- --demo");
}

await main().catch(refuseToStart);
