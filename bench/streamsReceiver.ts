// A process that subscribes over many WebSockets, and tells when each of them has got as many messages as is waited for.
import { setTimeout as sleep } from "node:timers/promises";
import { answerParent } from "./streamsChild.ts";
import { CountingSocket, type Tally } from "./streamsSocket.ts";

export type ReceiverCommand =
  | {
      readonly do: "subscribe";
      readonly url: string;
      readonly query: string;
      readonly accounts: readonly string[];
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly do: "reset" }
  | { readonly do: "wait"; readonly messages: number; readonly withinMs: number };

/** What the sockets have got since the last reset. */
export interface Reception {
  /** Whether each has got what was waited for. */
  readonly reached: boolean;
  readonly bytes: number;
  /** The CPU time of the process since it began. */
  readonly cpuMs: number;
}

/** Sockets that are opened at the same time: a server's queue of new connections is not endless. */
const OPENED_AT_ONCE = 100;
/** With keys an address may open no more than that in a second. */
const NEXT_OPENED_AFTER_MS = 1_100;

const sockets: CountingSocket[] = [];
const tally: Tally = { goal: 0, reached: 0, bytes: 0, onReached: () => undefined };

async function subscribe(url: URL, query: string, accounts: readonly string[], headers = {}): Promise<void> {
  for (let from = 0; from < accounts.length; from += OPENED_AT_ONCE) {
    const opened = accounts
      .slice(from, from + OPENED_AT_ONCE)
      .map((account) => new CountingSocket(url, { query, variables: { account } }, tally, headers));
    sockets.push(...opened);
    await Promise.all(opened.map(({ subscribed }) => subscribed));
    if (Object.keys(headers).length > 0) await sleep(NEXT_OPENED_AFTER_MS);
  }
}

function reset(): void {
  tally.goal = 0;
  tally.bytes = 0;
  for (const socket of sockets) socket.messages = 0;
}

/** Resolves when each socket has got so many messages, or when that took too long. */
function wait(messages: number, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, withinMs);
    tally.onReached = () => {
      if (tally.reached < sockets.length) return;
      clearTimeout(timer);
      resolve();
    };
    tally.goal = messages;
    tally.reached = sockets.filter((socket) => socket.messages >= messages).length;
    tally.onReached();
  });
}

answerParent(async (command: ReceiverCommand): Promise<Reception> => {
  if (command.do === "subscribe") {
    await subscribe(new URL(command.url), command.query, command.accounts, command.headers);
  }
  if (command.do === "reset") reset();
  if (command.do === "wait") await wait(command.messages, command.withinMs);
  const { user, system } = process.cpuUsage();
  return { reached: tally.reached === sockets.length, bytes: tally.bytes, cpuMs: (user + system) / 1000 };
});
