// Cancelling and deleting a backtest, asked first; whoever shows backtests reads them again then.
import { CancelBacktestDocument, type CancelBacktestMutation, DeleteBacktestDocument } from "@papertape/client";
import { useQueryCache } from "@pinia/colada";
import { BACKTEST_STATES } from "../format/backtests.ts";
import { useActions } from "./actions.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** For the setup of a component. Each answers whether it was done. */
export function useBacktestActions() {
  const actions = useActions();
  const cache = useQueryCache();

  /** A reading may give way to a newer one; how it goes is told where it is shown. */
  async function readAgain(key: string[], isShown = true): Promise<void> {
    await cache.invalidateQueries({ key }, isShown).catch(() => undefined);
  }

  async function cancel({ id, name }: Named): Promise<boolean> {
    const agreed = await actions.confirm({
      header: `Cancel ${name}?`,
      message: "The backtest ends, and has no result.",
      accept: "End it",
      isGrave: true,
    });
    if (!agreed) return false;
    const done = await actions.run(CancelBacktestDocument, { input: { backtest: id } }, whatWasCancelled);
    await readAgain(["backtests"]);
    await readAgain(["backtest", id]);
    return done !== undefined;
  }

  async function remove({ id, name }: Named): Promise<boolean> {
    const agreed = await actions.confirm({
      header: `Delete ${name}?`,
      message: "The backtest will be deleted with its result.",
      accept: "Delete it",
      isGrave: true,
    });
    if (!agreed) return false;
    const done = await actions.run(DeleteBacktestDocument, { input: { backtest: id } }, `${name} is deleted.`);
    await readAgain(["backtests"]);
    // Who is shown what was deleted goes elsewhere; it is only not to be shown again.
    await readAgain(["backtest", id], done === undefined);
    return done !== undefined;
  }

  return { cancel, remove };
}

/** It may have come to its end while the question was read. */
function whatWasCancelled({ cancelBacktest }: CancelBacktestMutation): string | undefined {
  if (cancelBacktest.__typename !== "CancelBacktestPayload") return undefined;
  const { name, status } = cancelBacktest.backtest;
  if (status === "CANCELLED") return `${name} is cancelled.`;
  return `${name} was not cancelled: it had ended before (${BACKTEST_STATES[status]}).`;
}
