// A backtest's worker that tells of some progress, and then does nothing more for ever.
import { parentPort } from "node:worker_threads";

parentPort.postMessage({ kind: "progress", barsDone: 7 });
parentPort.on("message", () => undefined);
