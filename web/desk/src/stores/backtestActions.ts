// Cancelling and deleting a backtest, asked first; whoever shows backtests reads them again then.
import { CancelBacktestDocument, DeleteBacktestDocument } from "@papertape/client";
import { useQueryCache } from "@pinia/colada";
import { useActions } from "./actions.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** For the setup of a component. Each answers whether it was done. */
export function useBacktestActions() {
  const actions = useActions();
  const cache = useQueryCache();

  async function cancel({ id, name }: Named): Promise<boolean> {
    const agreed = await actions.confirm({
      header: `Cancel ${name}?`,
      message: "The backtest ends, and has no result.",
      accept: "End it",
      isGrave: true,
    });
    if (!agreed) return false;
    const done = await actions.run(CancelBacktestDocument, { input: { backtest: id } }, `${name} is cancelled.`);
    await cache.invalidateQueries({ key: ["backtests"] });
    await cache.invalidateQueries({ key: ["backtest", id] });
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
    await cache.invalidateQueries({ key: ["backtests"] });
    return done !== undefined;
  }

  return { cancel, remove };
}
