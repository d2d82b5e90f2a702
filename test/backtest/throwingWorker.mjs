// A backtest's worker that throws after its first row: what a fault in the middle of writing looks like.
import { parentPort, workerData } from "node:worker_threads";

parentPort.once("message", () => {
  throw new Error("something broke");
});
const { backtestId: accountId, owner } = workerData;
const time = "2024-03-01T14:30:00.000Z";
const account = { accountId, owner, name: "backtest", status: "ENABLED", session: 1, sequence: 1, revision: 1 };
parentPort.postMessage({
  kind: "rows",
  table: "accounts",
  rows: JSON.stringify([{ ...account, createdAt: time, updatedAt: time }]),
});
