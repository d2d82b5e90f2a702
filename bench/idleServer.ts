// A process that serves a desk with some accounts, trades when it is told to, and tells what memory it takes.
import { setTimeout as sleep } from "node:timers/promises";
import { type ServedDesk, serveBenchDesk } from "./served.ts";
import { tradeOnce } from "./streams.ts";
import { answerParent } from "./streamsChild.ts";
import { type BenchDesk, enableRich, openBenchDesk } from "./support.ts";

export type IdleCommand =
  | { readonly do: "serve"; readonly accounts: readonly string[] }
  | { readonly do: "trade" }
  | { readonly do: "measure" }
  | { readonly do: "close" };

export interface IdleAnswer {
  readonly url: string;
  readonly rssBytes: number;
  readonly heapBytes: number;
}

const COLLECT_TIMES = 5;
const COLLECT_PAUSE_MS = 400;

let desk: BenchDesk | undefined;
let served: ServedDesk | undefined;
let names: readonly string[] = [];

async function serve(accounts: readonly string[]): Promise<void> {
  names = accounts;
  desk = await openBenchDesk();
  await enableRich(desk.running, names);
  served = await serveBenchDesk(desk);
}

async function close(): Promise<void> {
  await served?.close();
  await desk?.close();
}

/** Memory is given back to the system bit by bit. */
async function collectGarbage(): Promise<void> {
  for (let time = 0; time < COLLECT_TIMES; time++) {
    globalThis.gc?.();
    await sleep(COLLECT_PAUSE_MS);
  }
}

answerParent(async (command: IdleCommand): Promise<IdleAnswer> => {
  if (command.do === "serve") await serve(command.accounts);
  if (command.do === "trade" && desk !== undefined) await tradeOnce(desk.running, names);
  if (command.do === "measure") await collectGarbage();
  if (command.do === "close") await close();
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
  return { url: served?.url ?? "", rssBytes, heapBytes };
});
