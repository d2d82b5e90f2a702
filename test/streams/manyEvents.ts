// Thousands of events in an account's log, as large as a test wants them, and what a subscription tells of them.
import { Enable, ExecuteSignals } from "../support/documents.ts";
import type { ServedDesk } from "../support/servedDesk.ts";

/** Signals of one call: the most that it takes. */
const BATCH = 500;
/** So many names for one field that a few hundred events fill every buffer on the way: 9 kB each. */
const NAMES = Array.from({ length: 120 }, (_, index) => `name${index}: signalId`).join(" ");

export const LARGE_EVENTS = `subscription ($account: ID, $after: LogCursor) {
  accountEvents(account: $account, after: $after) {
    sequence cursor ... on SignalDeclined { signal { ${NAMES} } }
  }
}`;

export interface EventPlace {
  readonly sequence: number;
  readonly cursor: string;
}

/** The place of the event in a result of `accountEvents`. */
export function placeOf(result: unknown): EventPlace {
  return (result as { data: { accountEvents: EventPlace } }).data.accountEvents;
}

/** Enables an account and answers where its log begins: before its first event. */
export async function enableAccount({ api }: ServedDesk, name: string): Promise<{ id: string; beginning: string }> {
  const { enable } = await api.client.run(Enable, { input: { name } });
  if (enable.__typename !== "EnablePayload") throw new Error(enable.message);
  return { id: enable.account.id, beginning: enable.account.sessionCursor };
}

let sent = 0;

/** Sends signals for a symbol that has no price: each is declined, which is an event. */
export async function declineSignals({ api }: ServedDesk, account: string, count: number): Promise<void> {
  for (let left = count; left > 0; left -= BATCH) {
    const inputs = Array.from({ length: Math.min(left, BATCH) }, () => {
      sent += 1;
      return {
        account,
        signalId: `signal-${sent}-`.padEnd(60, "x"),
        symbol: "NONE",
        entryPrice: "100",
        stopLoss: "95",
        target1: "110",
        positionSize: "1",
      };
    });
    const { executeSignals } = await api.client.run(ExecuteSignals, { inputs });
    const wrong = executeSignals.find(({ __typename }) => __typename !== "ExecuteSignalPayload");
    if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
  }
}

/** 1 to `count`, as the sequences of a log without gaps are. */
export function numbersUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
