// Following a backtest over real sockets: at once as it is, then how it gets on, and to its end.
import { afterEach, describe, expect, it } from "vitest";
import { createSchemaContext, schema } from "../../schema/index.ts";
import type { BacktestOptions } from "../../src/server/backtests.ts";
import { createHttpServer } from "../../src/server/httpServer.ts";
import { readBarFile } from "../../src/server/readBarFile.ts";
import { LOCAL_VIEWER } from "../../src/server/viewer.ts";
import { createReads } from "../../src/store/reads.ts";
import type { BacktestProgressedSubscription } from "../generated/graphql.ts";
import { createKeptLog } from "../server/serving.ts";
import { databases } from "../support/databases.ts";
import { createWireClient } from "../support/wireClient.ts";
import { addBars, openBacktests, runToEnd, SILENT_WORKER, SOURCE_WORKER, sawBars, submit } from "./backtesting.ts";
import { BacktestProgressed, CancelBacktest } from "./operations.ts";

const STRATEGY = { name: "BREAKOUT", entryBars: 5, rangeBars: 5 } as const;
type Progressed = BacktestProgressedSubscription["backtestProgress"]["backtest"];

describe("following a backtest", () => {
  let closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.reverse()) await close();
    closing = [];
  });

  async function serve(runs: Partial<BacktestOptions>) {
    const [pglite] = databases;
    if (pglite === undefined) throw new Error("there is always PGlite");
    const { api, database, close } = await openBacktests(pglite.open, runs);
    closing.push(close);
    const reads = createReads(database);
    const { running: desk, dataSets, backtests } = api;
    const server = createHttpServer({
      schema,
      makeContext: () => createSchemaContext({ viewer: LOCAL_VIEWER, desk, reads, dataSets, backtests }),
      log: createKeptLog().log,
      host: "127.0.0.1",
      port: 0,
      readiness: () => ({ ready: true }),
      examples: [],
      imports: { store: dataSets, readBarFile },
    });
    const { url } = await server.listen();
    closing.push(() => server.close());
    const client = createWireClient(url);
    closing.push(() => client.close());
    const dataSet = await addBars(dataSets, sawBars(3000));
    return { url, client, api, input: { name: "a saw", dataSets: [dataSet], strategy: STRATEGY } };
  }

  it("tells its states and its progress, never going back, and completes after the last", async () => {
    const { client, input } = await serve({ workerFile: SOURCE_WORKER });
    const id = await submit(client, input);
    const seen: Progressed[] = [];
    for await (const { backtestProgress } of await client.follow(BacktestProgressed, { backtest: id })) {
      seen.push(backtestProgress.backtest);
    }
    const statuses = [...new Set(seen.map(({ status }) => status))];
    expect(statuses.at(-1)).toBe("DONE");
    expect(["QUEUED", "RUNNING", "DONE"].filter((status) => statuses.includes(status as never))).toEqual(statuses);
    const done = seen.map(({ progress }) => progress.barsDone);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(3000);
  });

  it("tells the end of a finished one at once, and completes", async () => {
    const { client, input } = await serve({ workerFile: SOURCE_WORKER });
    const { id } = await runToEnd(client, input);
    const seen: Progressed[] = [];
    for await (const { backtestProgress } of await client.follow(BacktestProgressed, { backtest: id })) {
      seen.push(backtestProgress.backtest);
    }
    expect(seen).toEqual([{ id, status: "DONE", progress: { barsDone: 3000, barsTotal: 3000 } }]);
  });

  it("tells of a cancellation to several who follow, by WebSocket and by event stream, and completes", async () => {
    const { url, client, input } = await serve({ workerFile: SILENT_WORKER });
    const id = await submit(client, input);
    const follow = async (): Promise<Progressed | undefined> => {
      let last: Progressed | undefined;
      for await (const { backtestProgress } of await client.follow(BacktestProgressed, { backtest: id })) {
        last = backtestProgress.backtest;
      }
      return last;
    };
    const events = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query: String(BacktestProgressed), variables: { backtest: id } }),
    });
    const followed = [follow(), follow(), events.text()];
    await expect
      .poll(async () => (await client.run(CancelBacktest, { backtest: id })).cancelBacktest.__typename)
      .toBeTruthy();
    const [first, second, text] = await Promise.all(followed);
    expect(first).toMatchObject({ id, status: "CANCELLED" });
    expect(second).toMatchObject({ id, status: "CANCELLED" });
    expect(text).toMatch(/"CANCELLED".*\n\nevent: complete\ndata:\n\n$/s);
  });

  it("is an error for an unknown backtest", async () => {
    const { api } = await serve({ workerFile: SILENT_WORKER });
    const errors = await api.client.followErrors(BacktestProgressed, { backtest: "QmFja3Rlc3Q6eA==" });
    expect(errors).toMatchObject([
      { message: "There is no such backtest.", extensions: { code: "BACKTEST_NOT_FOUND" } },
    ]);
  });
});
