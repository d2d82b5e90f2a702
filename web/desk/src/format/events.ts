// An event of an account's log as a sentence.
import type { FollowAccountSubscription } from "@papertape/client";
import { gain, price, quantity } from "./numbers.ts";
import { EXIT_REASONS, REJECTIONS } from "./words.ts";

export function describeEvent(event: FollowAccountSubscription["accountEvents"]): string {
  switch (event.__typename) {
    case "PositionOpened": {
      const { side, symbol, quantity: size, entryPrice } = event.position;
      return `${side === "LONG" ? "Bought" : "Sold short"} ${quantity(size)} ${symbol} at ${price(entryPrice)}`;
    }
    case "TradeClosed": {
      const { symbol, quantity: size, exitPrice, exitReason, realizedPnl } = event.trade;
      return `Closed ${quantity(size)} ${symbol} at ${price(exitPrice)}: ${gain(realizedPnl)} (${EXIT_REASONS[exitReason]})`;
    }
    case "SignalDeclined": {
      const { symbol, rejections } = event.signal;
      const reasons = rejections.map(({ code }) => REJECTIONS[code]).join("; ");
      return reasons === "" ? `Skipped a signal for ${symbol}` : `Rejected a signal for ${symbol}: ${reasons}`;
    }
    case "SignalRouted":
      return `Sent a signal for ${event.signal.symbol} to the live route`;
    case "DeliveryEnded":
      return `Delivery of ${event.delivery.signalId} to the live route: ${event.delivery.state.toLowerCase()}`;
    case "AccountChanged":
      return `The account was changed: ${event.change.toLowerCase()}`;
  }
}
