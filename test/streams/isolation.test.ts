// No subscriber ever receives another account's event: not of the same owner's other account, nor of another owner's
// account of the same name, though all of them have the same history and subscribers with the same operations.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createChance } from "./botsChance.ts";
import type { Told } from "./botsLife.ts";
import { differences, readStoredLog, untilLongEnough } from "./botsLogs.ts";
import {
  byDocument,
  byVariable,
  type Seat,
  seat,
  seatOthers,
  seatSharing,
  subscribeByStream,
  subscribeOnOneSocket,
} from "./isolationAudience.ts";
import { type IsolationDesk, type OwnedAccount, startIsolationDesk } from "./isolationDesk.ts";
import { IsolationHistory } from "./isolationHistory.ts";
import { IsolationEvents, IsolationUpdates } from "./isolationOperations.ts";
import type { Operation, Subscriber } from "./isolationSubscribers.ts";
import { until } from "./serving.ts";

/** Each makes some 50 events in each account. */
const ROUNDS = 45;
const EVENTS_MIN = 2000;
const UPDATES = 20;
const PAUSE_MS_MAX = 300;
/** Of the chances by which clients pause. */
const SEED = 1;
const PATIENCE_MS = 60_000;
const TIMEOUT_MS = 300_000;

let desk: IsolationDesk;
let history: IsolationHistory;
beforeAll(async () => {
  desk = await startIsolationDesk();
  history = new IsolationHistory(desk);
  await history.hold();
});
afterAll(() => desk.close());

describe("two accounts of each of two owners, with the same events at the same time", () => {
  it(
    "have subscribers who receive every event of their own account and none of another's, also those who pause",
    async () => {
      const seats = await ofEveryAccount((account) => seatSharing(desk, account));
      const others = await ofEveryAccount((account) => seatOthers(desk, account));
      const subscribers = [
        ...[...seats, ...others].map(({ subscriber }) => subscriber),
        ...(await subscribeOnOneSocket(desk)),
        ...desk.accounts.map((account) => subscribeByStream(desk, account, byVariable(IsolationEvents, account))),
      ];
      await untilOpen(subscribers);

      const over = new AbortController();
      const pauses = seats.map((one, index) => pauseAgainAndAgain(one, index, over.signal));
      for (let round = 1; round <= ROUNDS; round += 1) {
        await history.round();
        if (round === ROUNDS / 3)
          subscribers.push(...(await ofEveryAccount(seatLate)).map(({ subscriber }) => subscriber));
      }
      over.abort();
      await Promise.all(pauses);
      await expectOwnLogs(subscribers);
    },
    TIMEOUT_MS,
  );

  it("have subscribers who are told of their own account's positions only", async () => {
    const operations = (account: OwnedAccount): Operation[] => [
      byVariable(IsolationUpdates, account),
      byVariable(IsolationUpdates, account),
      byVariable(IsolationUpdates, account, account.id),
      byDocument(IsolationUpdates, account, account.name),
    ];
    const seats = await ofEveryAccount((account) =>
      Promise.all(operations(account).map((operation) => seat(desk, account, operation))),
    );
    const subscribers = [
      ...seats.map(({ subscriber }) => subscriber),
      ...desk.accounts.map((account) => subscribeByStream(desk, account, byVariable(IsolationUpdates, account))),
    ];
    await untilOpen(subscribers);
    for (let wanted = 2; wanted <= UPDATES; wanted += 1) {
      await history.round();
      await until(() => subscribers.filter(({ list }) => list.length < wanted).map(({ name }) => name), []);
    }
    expect(subscribers.flatMap(({ faults }) => faults)).toEqual([]);
  });
});

function ofEveryAccount<Seats>(seatAt: (account: OwnedAccount) => Promise<readonly Seats[]>): Promise<Seats[]> {
  return Promise.all(desk.accounts.map(seatAt)).then((seats) => seats.flat());
}

/** One who comes when there is a history already. */
async function seatLate(account: OwnedAccount): Promise<Seat[]> {
  return [await seat(desk, account, byVariable(IsolationEvents, account))];
}

/** Those of one owner with one operation, but for where it begins, share what is rendered; nobody else does. */
async function untilOpen(subscribers: readonly Subscriber[]): Promise<void> {
  const channels = new Set(
    subscribers.map(({ account: { owner, name }, operation: { query, variables } }) =>
      JSON.stringify([owner, name, query, variables["account"]]),
    ),
  );
  await until(() => desk.server.subscriptions(), { streams: subscribers.length, channels: channels.size });
}

/** One in four never pauses, one pauses for long, and two now and then. */
async function pauseAgainAndAgain({ socket }: Seat, index: number, signal: AbortSignal): Promise<void> {
  const chance = createChance(SEED, index);
  const wait = () => sleep(chance.number(1, PAUSE_MS_MAX));
  while (index % 4 !== 0 && !signal.aborted) {
    await wait();
    socket.pause();
    do await wait();
    while (index % 4 === 1 && !signal.aborted);
    socket.resume();
  }
}

function uncapitalized(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** What each has received is what the database has of his account, as far as he asked for it. */
async function expectOwnLogs(subscribers: readonly Subscriber[]): Promise<void> {
  const logs = new Map<OwnedAccount, Told[]>();
  for (const account of desk.accounts) logs.set(account, await readStoredLog(desk.database, account.accountId));
  for (const log of logs.values()) expect(log.length).toBeGreaterThan(EVENTS_MIN);
  const wanted = ({ account, operation }: Subscriber): Told[] => {
    const only = /told: (positionOpened|tradeClosed)/.exec(operation.query)?.[1];
    return (logs.get(account) ?? []).filter(({ __typename }) => !only || only === uncapitalized(__typename));
  };
  const counts = subscribers.map((subscriber) => wanted(subscriber).length);
  const isBehind = ({ list, faults }: Subscriber, index: number) =>
    faults.length === 0 && list.length < (counts[index] ?? 0);
  await untilLongEnough(() => !subscribers.some(isBehind), PATIENCE_MS);
  expect(subscribers.flatMap(({ faults }) => faults)).toEqual([]);
  expect(subscribers.flatMap((one) => differences(one.name, one.list, wanted(one)))).toEqual([]);
}
