// The worker of backtests from its sources, for tests that run no build: the thread loads TypeScript as the tests do.
import { register } from "tsx/esm/api";

register();
await import("../../src/backtest/worker.ts");
