// Closing an open position by hand, wherever it is shown.
import { ClosePositionDocument } from "@papertape/client";
import { gain, quantity } from "../format/numbers.ts";
import { useActions } from "./actions.ts";
import type { OpenPosition } from "./openPositions.ts";

/** For the setup of a component. */
export function useClosing() {
  const actions = useActions();

  /** Asks first; answers whether it was closed. */
  return async function close({ id, symbol, side, remainingQuantity }: OpenPosition): Promise<boolean> {
    const agreed = await actions.confirm({
      header: `Close ${symbol}?`,
      message: `${quantity(remainingQuantity)} ${symbol} (${side === "LONG" ? "long" : "short"}) will be closed at the newest price.`,
      accept: "Close it",
      isGrave: true,
    });
    if (!agreed) return false;
    const closed = await actions.run(ClosePositionDocument, { input: { position: id } }, ({ closePosition }) =>
      closePosition.__typename === "ClosePositionPayload"
        ? `${symbol} closed: ${gain(closePosition.trade.realizedPnl)}.`
        : undefined,
    );
    return closed !== undefined;
  };
}
