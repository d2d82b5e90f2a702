// Following a backtest to its end: its newest state and progress.
import { sightOf } from "../src/auth/viewer.ts";
import type { Backtest as StoredBacktest } from "../src/backtestPorts.ts";
import { Following } from "../src/events/following.ts";
import { followBacktest } from "../src/services/backtestFollowing.ts";
import { Backtest } from "./backtest.ts";
import { builder } from "./builder.ts";
import type { SchemaContext } from "./context.ts";
import { requestError } from "./errors.ts";
import { backtestIdOf } from "./globalIds.ts";
import { MAY_READ_ALL } from "./rules.ts";

const BacktestProgressed = builder.objectRef<StoredBacktest>("BacktestProgressed").implement({
  description: "How far a backtest is. The newest value only: one that was not taken gives way to the next.",
  fields: (t) => ({
    backtest: t.field({ type: Backtest, description: "The backtest as it is now.", resolve: (backtest) => backtest }),
  }),
});

/** Throws BACKTEST_NOT_FOUND. */
async function follow({ backtests, viewer }: SchemaContext, id: string): Promise<Following<StoredBacktest>> {
  const backtestId = backtestIdOf(id);
  const source =
    backtestId && (await followBacktest({ store: backtests.store, runs: backtests.runs }, viewer, backtestId));
  if (!source) throw requestError("BACKTEST_NOT_FOUND", "There is no such backtest.");
  const audience = `${sightOf(viewer)} backtest ${backtestId}`;
  return new Following({ source, audience, keyOf: stateOf });
}

/** Values of the same state show the same. */
function stateOf({ status, attempts, barsDone }: StoredBacktest): string {
  return `${status} ${attempts} ${barsDone}`;
}

builder.subscriptionField("backtestProgress", (t) =>
  t.field({
    type: BacktestProgressed,
    authScopes: MAY_READ_ALL,
    description:
      "The state and progress of a backtest: at once as it is, then whenever it gets on, at most about ten times a second. It " +
      "ends after the final state. Where there is no such backtest it is an error with the code BACKTEST_NOT_FOUND.",
    args: { backtest: t.arg.id({ required: true, description: "The backtest's id." }) },
    subscribe: (_root, { backtest }, context) => follow(context, backtest),
    resolve: (backtest) => backtest,
  }),
);
