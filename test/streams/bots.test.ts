// Bots follow a desk while events are made. They are cut off again and again, by themselves, on the way and by the server,
// which is killed and restarted meanwhile: each has every event once and in order.
//   BOTS=50 BOT_EVENTS=20000 npx vitest run --config test/vitest.config.ts test/streams/bots
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFailed, onTestFinished } from "vitest";
import { places } from "../support/wireDesk.ts";
import { type CastBot, castBots } from "./botsCast.ts";
import { createChance } from "./botsChance.ts";
import { differences, type LoggedEvent, readLog, readStoredLogs, untilLongEnough } from "./botsLogs.ts";
import { type Market, openMarket } from "./botsMarket.ts";
import { enableAccount, openStage, type Stage } from "./botsStage.ts";
import { stallUntilClosed, trouble } from "./botsTrouble.ts";

const SMALL = { bots: 6, events: 1500 };
/** On the embedded database; on PostgreSQL it is always the small size. */
const SIZE = {
  bots: Number(process.env["BOTS"] ?? SMALL.bots),
  events: Number(process.env["BOT_EVENTS"] ?? SMALL.events),
};
const SEED = Number(process.env["BOTS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** Those who draw by chance, besides the bots: their numbers follow on the bots'. */
const MARKET = 100_000;
const TROUBLES = 200_000;

const ACCOUNTS = ["alpha", "beta", "gamma"] as const;
const EVENTS_PER_SECOND = 250;
/** The server ends so often, within the first part of the events; while the others are made, slow bots stall. */
const EVENTS_TO_A_RESTART = 2000;
const RESTARTS_MIN = 2;
const RESTARTS_PART = 0.6;
const EVENTS_AFTER_THE_TROUBLE = 50;
/** Longer than a bot is away, and takes to catch up, in milliseconds. */
const PATIENCE_MS = 60_000;
const POLL_MS = 20;
const TIMEOUT_MS = 900_000;

describe.each(places)("bots that follow a desk on $name", ({ name, open }) => {
  const { bots: count, events } = name === "PGlite" ? SIZE : SMALL;

  it(
    `${count} of them, cut off again and again while ${events} events are made, have each event once and in order`,
    async () => {
      onTestFailed(() => console.log(`the same chances again: BOTS_SEED=${SEED}`));
      const stage = await openStage(open);
      const accounts = new Map<string, string>();
      for (const account of ACCOUNTS) accounts.set(account, await enableAccount(stage, account));
      const market = openMarket({ stage, accounts: ACCOUNTS, chance: createChance(SEED, MARKET) });
      const cast = await castBots({ count, accounts, address: stage.address, seed: SEED });
      onTestFinished(() => dismiss(cast));

      await play(stage, cast, market, events);
      await market.make(market.made() + EVENTS_AFTER_THE_TROUBLE, EVENTS_PER_SECOND);
      const logs = new Map<string, LoggedEvent[]>();
      for (const account of ACCOUNTS) logs.set(account, await readLog(stage.desk.client, account));
      expectWholeLogs(logs, market, events);
      await expectCaughtUp(cast, logs);
      console.log(`${name}: ${summaryOf(cast, logs)}`);

      await dismiss(cast);
      expect((await stage.desk.server.kill("SIGTERM")).code).toBe(0);
      const stored = await readStoredLogs(stage.place);
      expect([...logs].flatMap(([account, log]) => differences(account, log, stored.get(account) ?? []))).toEqual([]);
      expect(stage.errors()).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

/** Makes the events with all the trouble. */
async function play(stage: Stage, cast: readonly CastBot[], market: Market, events: number): Promise<void> {
  const over = new AbortController();
  onTestFinished(() => over.abort());
  const slow = cast.filter(({ isSlow }) => isSlow);
  const others = cast.filter(({ isSlow }) => !isSlow);
  for (const { bot } of others) bot.start();
  const troubles = others.map((one, index) => trouble(one, createChance(SEED, TROUBLES + index), over.signal));
  const stall = (one: CastBot): Promise<void> => {
    one.bot.start();
    return stallUntilClosed(one, over.signal);
  };
  const restarts = restartAgainAndAgain(stage, market, events).then(() => Promise.all(slow.map(stall)));
  await Promise.all([market.make(events, EVENTS_PER_SECOND), restarts]);
  over.abort();
  await Promise.all(troubles);
}

/** Kills the server and ends it gently by turns. */
async function restartAgainAndAgain(stage: Stage, market: Market, events: number): Promise<void> {
  const count = Math.max(RESTARTS_MIN, Math.round(events / EVENTS_TO_A_RESTART));
  for (let restart = 1; restart <= count; restart += 1) {
    while (market.made() < (events * RESTARTS_PART * restart) / count) await sleep(POLL_MS);
    await stage.restart(restart % 2 === 1 ? "SIGKILL" : "SIGTERM");
  }
}

/** The logs tell of all that was made, and their numbers have no gaps. */
function expectWholeLogs(logs: ReadonlyMap<string, readonly LoggedEvent[]>, market: Market, events: number): void {
  expect([...logs.values()].reduce((sum, log) => sum + log.length, 0)).toBeGreaterThanOrEqual(events);
  for (const [account, log] of logs) {
    expect(log.map(({ sequence }) => sequence)).toEqual(log.map((_, index) => index + 1));
    const told = log.flatMap((event) => {
      if (event.__typename === "PositionOpened") return [event.position.signalId];
      return event.__typename === "SignalDeclined" ? [event.signal.signalId] : [];
    });
    expect(told).toEqual(market.signalIds.get(account));
  }
}

async function expectCaughtUp(cast: readonly CastBot[], logs: ReadonlyMap<string, readonly LoggedEvent[]>) {
  const wanted = ({ account, isWanted }: CastBot) => (logs.get(account) ?? []).filter(isWanted);
  const isBehind = (one: CastBot): boolean => one.bot.list.length < wanted(one).length;
  await untilLongEnough(() => !cast.some((one) => isBehind(one) && one.bot.fault() === undefined), PATIENCE_MS);
  const faults = cast.flatMap(({ name, bot }) => (bot.fault() === undefined ? [] : [`${name}: ${bot.fault()}`]));
  expect([...faults, ...cast.flatMap((one) => differences(one.name, one.bot.list, wanted(one)))]).toEqual([]);
}

async function dismiss(cast: readonly CastBot[]): Promise<void> {
  await Promise.all(cast.map(({ bot }) => bot.stop()));
  await Promise.all(cast.map(({ proxy }) => proxy.close()));
}

function summaryOf(cast: readonly CastBot[], logs: ReadonlyMap<string, readonly LoggedEvent[]>): string {
  const endings = new Map<string, number>();
  for (const { bot } of cast) {
    for (const [ending, times] of bot.endings) endings.set(ending, (endings.get(ending) ?? 0) + times);
  }
  const events = [...logs.values()].map((log) => log.length).join(" + ");
  const received = cast.reduce((sum, { bot }) => sum + bot.list.length, 0);
  return `${events} events, ${received} received, ended by ${[...endings].map((ending) => ending.join(": ")).join(", ")}`;
}
