// The life of backtests: they wait their turn, are cancelled, fail, survive the end of their server, and leave nothing half.
import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { backtestGlobalId } from "../../schema/globalIds.ts";
import { BACKTEST_ATTEMPTS_MAX } from "../../src/backtest/runner.ts";
import type { BacktestOptions } from "../../src/server/backtests.ts";
import { startBacktests } from "../../src/server/backtests.ts";
import { BACKTESTS_WAITING_MAX } from "../../src/services/backtests.ts";
import { databases } from "../support/databases.ts";
import { PublishQuotes } from "../support/documents.ts";
import { silentLog } from "../support/log.ts";
import {
  accountOf,
  addBars,
  type BacktestBench,
  FINAL,
  openBacktests,
  runToEnd,
  SILENT_WORKER,
  SOURCE_WORKER,
  sawBars,
  storedOf,
  submit,
  THROWING_WORKER,
  untilStatus,
} from "./backtesting.ts";
import {
  BacktestById,
  BacktestList,
  BacktestResult,
  CancelBacktest,
  DeleteBacktest,
  NodeOfBacktest,
  RunBacktest,
} from "./operations.ts";

const STRATEGY = { name: "BREAKOUT", entryBars: 5, rangeBars: 5, allowShort: true } as const;
const TIMEOUT_MS = 240_000;

describe.each(databases)("backtests on $name", ({ open }) => {
  let closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.reverse()) await close();
    closing = [];
  });

  async function start(runs: Partial<BacktestOptions> | null) {
    const bench = await openBacktests(open, runs);
    closing.push(() => bench.close());
    const dataSet = await addBars(bench.api.dataSets, sawBars(300));
    return { ...bench, input: { name: "a saw", dataSets: [dataSet], strategy: STRATEGY } };
  }

  /** Another process of the same database. */
  function startRunner({ database, api }: BacktestBench, runs: Partial<BacktestOptions>) {
    const running = startBacktests(database, { log: silentLog, ...runs, dataSets: api.dataSets });
    closing.push(() => running.runs.close());
    return running.runs;
  }

  const idle = { workerFile: SILENT_WORKER };
  const real = { workerFile: SOURCE_WORKER };
  const resultsOf = ({ database }: BacktestBench) => database.prisma.account.count({ where: { kind: "BACKTEST" } });

  /** A desk on which nothing is run before the test says so. */
  const startWithoutRunner = () => start(null);

  it(
    "shows its result, all of it, when it is done",
    async () => {
      const { api, input } = await start(real);
      const done = await runToEnd(api.client, input);
      expect(done).toMatchObject({
        status: "DONE",
        kind: "RUN",
        fillModelVersion: 1,
        failure: null,
        progress: { barsDone: 300, barsTotal: 300, percentage: "100" },
        strategy: {
          entryBars: 5,
          rangeBars: 5,
          stopRanges: "2",
          target1Risks: "1",
          target2Risks: "3",
          allowShort: true,
        },
      });
      const { backtest } = await api.client.run(BacktestResult, { id: done.id });
      const trades = backtest?.trades.edges.map(({ node }) => node) ?? [];
      expect(trades.length).toBeGreaterThan(5);
      expect(backtest?.performance?.totalTrades).toBe(trades.length);
      expect(backtest?.breakdown?.reduce((sum, group) => sum + group.totalTrades, 0)).toBe(trades.length);
      expect(backtest?.equityCurve?.points.at(-1)?.equity).toBe(backtest?.equity);
      expect(backtest?.signals.totalCount).toBe(backtest?.signals.edges.length);
      const open = backtest?.positions.edges.filter(({ node }) => node.status === "OPEN") ?? [];
      expect(open.length).toBeGreaterThan(0);
      // The board has another price by now, which is none of the backtest's.
      await api.client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price: "1", time: "2024-03-05T10:00:00Z" }] });
      for (const { node: position } of open) {
        expect(position.priceTime).toBe("2024-03-01T19:30:00.000Z");
        const { node } = await api.client.run(NodeOfBacktest, { id: position.id });
        expect(node).toMatchObject({ currentPrice: position.currentPrice, priceTime: position.priceTime });
      }
      const [trade] = trades;
      const { node } = await api.client.run(NodeOfBacktest, { id: trade?.id ?? "" });
      expect(node).toMatchObject({ __typename: "Trade", realizedPnl: trade?.realizedPnl });
      const named = await api.client.run(NodeOfBacktest, { id: done.id });
      expect(named.node).toMatchObject({ __typename: "Backtest", name: "a saw", status: "DONE" });
      expect((await api.clientOf("somebody").run(BacktestById, { id: done.id })).backtest).toBeNull();
      expect((await api.clientOf("somebody").run(NodeOfBacktest, { id: trade?.id ?? "" })).node).toBeNull();
    },
    TIMEOUT_MS,
  );

  it(
    "runs ten that are asked for at once, in their order, and lists them newest first",
    async () => {
      const { api, input } = await start(real);
      const ids: string[] = [];
      for (let number = 1; number <= 10; number += 1)
        ids.push(await submit(api.client, { ...input, name: `no. ${number}` }));
      for (const id of ids) expect((await untilStatus(api.client, id, FINAL)).status).toBe("DONE");
      const { backtests } = await api.client.run(BacktestList, { first: 4 });
      expect(backtests.totalCount).toBe(10);
      expect(backtests.edges.map(({ node }) => node.name)).toEqual(["no. 10", "no. 9", "no. 8", "no. 7"]);
      const next = await api.client.run(BacktestList, { first: 4, after: backtests.pageInfo.endCursor ?? null });
      expect(next.backtests.edges.map(({ node }) => node.name)).toEqual(["no. 6", "no. 5", "no. 4", "no. 3"]);
    },
    TIMEOUT_MS,
  );

  it(
    "lets fifty wait, and says so to the next",
    async () => {
      const { api, input } = await startWithoutRunner();
      for (let number = 1; number <= BACKTESTS_WAITING_MAX; number += 1) await submit(api.client, input);
      const { runBacktest } = await api.client.run(RunBacktest, { input });
      expect(runBacktest).toEqual({
        __typename: "TooManyBacktests",
        message: "50 backtests are waiting, the most allowed: try again when some are done.",
        limit: 50,
      });
    },
    TIMEOUT_MS,
  );

  it(
    "cancels one that waits and one that runs, and goes on with the next",
    async () => {
      const bench = await start(idle);
      const { api, input } = bench;
      const running = await submit(api.client, input);
      const waiting = await submit(api.client, input);
      const next = await submit(api.client, input);
      await untilStatus(api.client, running, ["RUNNING"]);
      const cancel = (backtest: string) => api.client.run(CancelBacktest, { backtest });
      expect((await cancel(waiting)).cancelBacktest).toMatchObject({ backtest: { id: waiting, status: "CANCELLED" } });
      expect((await cancel(running)).cancelBacktest).toMatchObject({ backtest: { id: running, status: "CANCELLED" } });
      expect((await cancel(running)).cancelBacktest).toMatchObject({ backtest: { id: running, status: "CANCELLED" } });
      await untilStatus(api.client, next, ["RUNNING"]);
      expect(await resultsOf(bench)).toBe(0);
      const { cancelBacktest } = await cancel(backtestGlobalId(randomUUID()));
      expect(cancelBacktest).toEqual({ __typename: "BacktestNotFound", message: "There is no such backtest." });
    },
    TIMEOUT_MS,
  );

  it(
    "fails with a sentence where its worker throws in the middle of its rows, and keeps none of them",
    async () => {
      const bench = await start({ workerFile: THROWING_WORKER });
      const failed = await runToEnd(bench.api.client, bench.input);
      expect(failed).toMatchObject({ status: "FAILED", failure: "The worker failed: something broke" });
      await expect.poll(() => resultsOf(bench), { timeout: TIMEOUT_MS }).toBe(0);
      const { backtest } = await bench.api.client.run(BacktestResult, { id: failed.id });
      expect(backtest).toMatchObject({
        performance: null,
        breakdown: null,
        equityCurve: null,
        trades: { totalCount: 0 },
      });
    },
    TIMEOUT_MS,
  );

  it(
    "goes back to those that wait when its server closes, and is run by the next",
    async () => {
      const bench = await startWithoutRunner();
      const first = startRunner(bench, idle);
      const id = await submit(bench.api.client, bench.input);
      first.wake();
      await untilStatus(bench.api.client, id, ["RUNNING"]);
      const waiting = await submit(bench.api.client, bench.input);
      await first.close();
      expect(await untilStatus(bench.api.client, id, ["QUEUED"])).toMatchObject({ progress: { barsDone: 0 } });
      startRunner(bench, real);
      expect((await untilStatus(bench.api.client, id, FINAL)).status).toBe("DONE");
      expect((await untilStatus(bench.api.client, waiting, FINAL)).status).toBe("DONE");
      const { attempts } = await bench.database.prisma.backtest.findUniqueOrThrow({
        where: { backtestId: accountOf(id) },
      });
      expect(attempts).toBe(1);
    },
    TIMEOUT_MS,
  );

  it(
    "is run anew where its process has died in the middle of its rows, and given up after three times",
    async () => {
      const bench = await startWithoutRunner();
      const { store } = bench.api.backtests;
      const whole = await submit(bench.api.client, bench.input);
      const { prisma } = bench.database;
      const die = async (backtestId: string): Promise<void> => {
        const rules = { runner: randomUUID(), attemptsMax: BACKTEST_ATTEMPTS_MAX, silentSecondsMax: 60 };
        expect((await store.claim(rules))?.backtest.backtestId).toBe(backtestId);
        const time = "2024-03-01T14:30:00.000Z";
        const account = { accountId: backtestId, owner: "local", name: "backtest", status: "ENABLED" };
        const row = { ...account, session: 1, sequence: 1, revision: 1, createdAt: time, updatedAt: time };
        const run = { backtestId, runner: rules.runner };
        expect(await store.addRows(run, "accounts", JSON.stringify([row]))).toBe(true);
        const heartbeatAt = new Date(Date.now() - 120_000);
        await prisma.backtest.update({ where: { backtestId }, data: { heartbeatAt } });
        // What it still writes after that is refused, once another has it.
        late = () => store.addRows(run, "accounts", JSON.stringify([row]));
      };
      let late = async (): Promise<boolean> => true;
      await die(accountOf(whole));
      const owners = await prisma.account.findMany({ where: { kind: "BACKTEST" }, select: { owner: true } });
      expect(owners).not.toContainEqual({ owner: "local" });
      const runner = startRunner(bench, real);
      expect((await untilStatus(bench.api.client, whole, FINAL)).status).toBe("DONE");
      expect(await late()).toBe(false);
      expect((await storedOf(bench.database, accountOf(whole))).trades.length).toBeGreaterThan(5);
      await runner.close();

      const hopeless = await submit(bench.api.client, bench.input);
      for (let attempt = 1; attempt <= BACKTEST_ATTEMPTS_MAX; attempt += 1) {
        await die(accountOf(hopeless));
        await store.sweepAll();
        await prisma.account.deleteMany({ where: { accountId: accountOf(hopeless) } });
      }
      startRunner(bench, real);
      expect(await untilStatus(bench.api.client, hopeless, FINAL)).toMatchObject({
        status: "FAILED",
        failure: "It was begun 3 times, and each time the server ended or failed before it was done.",
      });
    },
    TIMEOUT_MS,
  );

  it(
    "fails where its data set was deleted before its turn",
    async () => {
      const bench = await startWithoutRunner();
      const id = await submit(bench.api.client, bench.input);
      const { prisma } = bench.database;
      const [dataSet] = await prisma.dataSet.findMany();
      await bench.api.dataSets.deleteDataSet("local", dataSet?.dataSetId ?? "");
      startRunner(bench, real);
      expect(await untilStatus(bench.api.client, id, FINAL)).toMatchObject({
        status: "FAILED",
        failure: "One of its data sets was deleted before it was done.",
        dataSets: [{ name: "some bars", symbol: "AAPL", bars: 300 }],
      });
    },
    TIMEOUT_MS,
  );

  it(
    "is run by one of two processes only",
    async () => {
      const bench = await startWithoutRunner();
      const ids: string[] = [];
      for (let number = 1; number <= 4; number += 1) ids.push(await submit(bench.api.client, bench.input));
      startRunner(bench, real);
      if (bench.database.kind === "postgresql") startRunner(bench, real);
      for (const id of ids) expect((await untilStatus(bench.api.client, id, FINAL)).status).toBe("DONE");
      const rows = await bench.database.prisma.backtest.findMany({ select: { attempts: true } });
      expect(rows.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    },
    TIMEOUT_MS,
  );

  it(
    "is deleted with every row of it",
    async () => {
      const bench = await start(real);
      const { id } = await runToEnd(bench.api.client, bench.input);
      const { deleteBacktest } = await bench.api.client.run(DeleteBacktest, { backtest: id });
      expect(deleteBacktest).toMatchObject({ __typename: "DeleteBacktestPayload", backtest: { id, status: "DONE" } });
      expect((await bench.api.client.run(BacktestById, { id })).backtest).toBeNull();
      const left = await storedOf(bench.database, accountOf(id));
      expect(Object.values(left).flat()).toEqual([]);
      expect(await resultsOf(bench)).toBe(0);
      const again = await bench.api.client.run(DeleteBacktest, { backtest: id });
      expect(again.deleteBacktest).toEqual({ __typename: "BacktestNotFound", message: "There is no such backtest." });
    },
    TIMEOUT_MS,
  );
});
