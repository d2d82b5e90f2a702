// Prints ratios of what the desk promises to be fast at, each against a reference in the same run.
import { benchAccounts } from "./accounts.ts";
import { benchAttacks } from "./attacks.ts";
import { benchBacktests } from "./backtests.ts";
import { benchBatches } from "./batches.ts";
import { benchDesk } from "./desk.ts";
import { benchFanout } from "./fanout.ts";
import { benchGuards } from "./guards.ts";
import { benchHistory } from "./history.ts";
import { benchHttp } from "./http.ts";
import { benchIdle } from "./idle.ts";
import { benchLatency } from "./latency.ts";
import { benchMarks } from "./marks.ts";
import { benchTicks } from "./ticks.ts";

const BENCHES = {
  batches: benchBatches,
  http: benchHttp,
  ticks: benchTicks,
  marks: benchMarks,
  fanout: benchFanout,
  accounts: benchAccounts,
  latency: benchLatency,
  idle: benchIdle,
  guards: benchGuards,
  backtests: benchBacktests,
  history: benchHistory,
  attacks: benchAttacks,
  desk: benchDesk,
};

/** `npm run bench` runs them all, `npm run bench -- ticks marks` the named ones. */
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(", ")}; there are ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}

const results: { readonly what: string; readonly measured: string; readonly wanted: string }[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name} …`);
  results.push(...(await bench()));
}
console.table(results);
