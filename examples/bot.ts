// Prints an account's fills and keeps its net position in each symbol, over restarts of the bot and of the server:
//   npx tsx examples/bot.ts http://localhost:4000 main
// A fill is counted once, whatever happens; one during which the bot died is printed again.
import { Decimal } from "decimal.js";
import { type AccountEvent, type FollowStatus, followAccount, stateFile } from "./client/index.ts";

const [url = "http://localhost:4000", account = "main", file = `bot-${account}.json`] = process.argv.slice(2);
Decimal.set({ precision: 60 }); // sums of exact quantities stay exact
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());

function fillOf(event: AccountEvent) {
  switch (event.__typename) {
    case "PositionOpened":
      return { ...event.position, price: event.position.entryPrice, isBuy: event.position.side === "LONG" };
    case "TradeClosed":
      return { ...event.trade, price: event.trade.exitPrice, isBuy: event.trade.side === "SHORT" };
    default: // no fill, or something that only a newer server knows
      return undefined;
  }
}

const bot = await stateFile<Record<string, string>>(file, {});
const onStatus = (status: FollowStatus) => status.kind === "away" && console.error(status.problem.message);
const options = { url, account, cursorStore: bot, from: "session", signal: stop.signal, onStatus } as const;
for await (const event of followAccount(options)) {
  const fill = fillOf(event);
  if (fill === undefined) continue;
  const { symbol, quantity, price, isBuy } = fill;
  const net = new Decimal(bot.state[symbol] ?? 0).plus(isBuy ? quantity : `-${quantity}`).toFixed();
  bot.state[symbol] = net;
  console.log(`${event.marketTime} ${isBuy ? "bought" : "sold"} ${quantity} ${symbol} at ${price}, net ${net}`);
}
