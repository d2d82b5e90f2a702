// Who caused what, where several act on one account in the same moment: their commands are one batch, and one draft.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Actor, actorText, ownerViewer, type Viewer } from "../../src/auth/viewer.ts";
import type { EventRecord } from "../../src/domain/records.ts";
import { type RunningDesk, startDesk } from "../../src/server/desk.ts";
import { accountIdOf } from "../../src/services/accountIds.ts";
import { disableAccount } from "../../src/services/disableAccount.ts";
import { enableAccount } from "../../src/services/enableAccount.ts";
import { executeSignal } from "../../src/services/executeSignals.ts";
import { publishQuotes } from "../../src/services/publishPrices.ts";
import { updateSettings } from "../../src/services/updateSettings.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { databases, type TestDatabase } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";

const ACCOUNT_ID = accountIdOf("local", "main");
const viewerOf = (actor: Actor): Viewer => ({ ...ownerViewer("local"), actor });
const ANA = viewerOf({ kind: "key", id: "ana", name: "ana" });
const BEN = viewerOf({ kind: "key", id: "ben", name: "ben" });
const EVE = viewerOf({ kind: "token", subject: "eve" });

let opened: TestDatabase;
let running: RunningDesk;
let batches: number[];
beforeAll(async () => {
  const [pglite] = databases;
  if (pglite === undefined) throw new Error("there is always PGlite");
  opened = await pglite.open();
  batches = [];
  running = await startDesk({
    store: createDeskStore(opened.database),
    log: silentLog,
    clock: { kind: "system" },
    markIntervalMs: 1_000_000,
    checkIdentities: true,
    watch: {
      observer: {
        batch: (commands, work) => {
          batches.push(commands);
          return work();
        },
        job: (work) => work(),
        prices: () => undefined,
      },
      committed: () => undefined,
      mark: (work) => work(),
      thinned: () => undefined,
    },
  });
});
afterAll(async () => {
  await running.close();
  await opened.remove();
});

const events = (after: number): Promise<EventRecord[]> =>
  createDeskStore(opened.database).readEvents(ACCOUNT_ID, after, 1_000);

it("each event of a batch is told of the one whose command it was, and of nobody who changed nothing", async () => {
  await publishQuotes(running.prices, [{ symbol: "AAPL", price: "100" }]);
  const { road } = running;
  const signal = { symbol: "AAPL", entryPrice: "100", stopLoss: "99", target1: "110", positionSize: "1" };
  const senders = Array.from({ length: 60 }, (_, index) => [ANA, EVE, BEN][index % 3] as Viewer);
  const done = await Promise.all([
    enableAccount(road, ANA, {}),
    enableAccount(road, BEN, {}),
    ...senders.map((viewer, index) => executeSignal(road, viewer, { ...signal, signalId: `s${index}` })),
    // Sent again by another: the first one's it stays.
    ...senders.map((_, index) => executeSignal(road, BEN, { ...signal, signalId: `s${index}` })),
    updateSettings(road, EVE, { settings: { maxTradeRisk: "1.5" } }),
    disableAccount(road, BEN, null),
  ]);
  expect(done).toHaveLength(124);
  expect(batches).toEqual([124]);

  const told = await events(0);
  expect(told.slice(0, 1).map(({ payload, actor }) => [payload, actor])).toMatchObject([
    [{ change: "ENABLED" }, "key:ana"],
  ]);
  expect(told.slice(1, 61).map(({ actor }) => actor)).toEqual(senders.map(({ actor }) => actorText(actor)));
  expect(told.slice(61, 62).map(({ payload, actor }) => [payload, actor])).toMatchObject([
    [{ change: "SETTINGS" }, "token:eve"],
  ]);
  expect(told.slice(62).map(({ type, actor }) => [type, actor])).toEqual([
    ...Array.from({ length: 60 }, () => ["TradeClosed", "key:ben"]),
    ["AccountChanged", "key:ben"],
  ]);
});
