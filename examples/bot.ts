// A bot that is always in the market: when its position is closed, it sends its next signal. It prints its account's fills
// and keeps the net position in each symbol, over restarts of the bot and of the server (after `npm run build`):
//   npx tsx examples/bot.ts http://localhost:4000 main ACME
// A signal is placed once and a fill counted once, whatever happens; a fill during which the bot died is printed again.
import * as papertape from "@papertape/client/node";
import { Decimal } from "decimal.js";

const [url = "http://localhost:4000", account = "main", symbol = "ACME", file = `bot-${account}.json`] =
  process.argv.slice(2);
Decimal.set({ precision: 60 }); // sums of exact quantities stay exact
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => stop.abort());
const { signal } = stop;
const client = papertape.createClient({ url, key: process.env["PAPERTAPE_KEY"] });
const bot = await papertape.stateFile(file, { round: 1, net: {} as Record<string, string> });
const signalId = () => `bot-${symbol}-${bot.state.round}`;

/** Sent again it changes nothing: an id is good for one decision. */
async function place(): Promise<void> {
  const [quote] = (await client.query(papertape.QuotesDocument, { symbols: [symbol] })).quotes;
  if (quote === undefined) return console.error(`There is no price of ${symbol} yet: start again later.`);
  const level = (factor: string) => papertape.decimal(new Decimal(quote.price).times(factor).toFixed(2));
  const levels = { entryPrice: level("1"), stopLoss: level("0.98"), target1: level("1.04") };
  const input = { account, signalId: signalId(), symbol, positionSize: papertape.decimal("10"), ...levels };
  const { executeSignal } = await client.mutate(papertape.ExecuteSignalDocument, { input });
  // A SignalConflict says that it was decided before, at another price.
  if (executeSignal.__typename === "AccountNotFound" || "issues" in executeSignal) console.error(executeSignal.message);
}

function fillOf(event: papertape.FollowedEvent) {
  if (event.__typename === "PositionOpened")
    return { ...event.position, price: event.position.entryPrice, isBuy: event.position.side === "LONG" };
  if (event.__typename === "TradeClosed")
    return { ...event.trade, price: event.trade.exitPrice, isBuy: event.trade.side === "SHORT" };
  return undefined; // no fill, or something that only a newer server knows
}

const complain = (problem: papertape.PapertapeError) => console.error(problem.message);
const onStatus = (status: papertape.ConnectionStatus) => status.kind === "away" && complain(status.problem);
const placeAtLast = () =>
  papertape.retry(place, { signal, onFailure: complain }).catch((problem: unknown) => {
    if (!signal.aborted) throw problem;
  });
await placeAtLast();
for await (const event of papertape.followAccount(client, { account, store: bot, from: "session", signal, onStatus })) {
  const fill = fillOf(event);
  if (fill !== undefined) {
    const { symbol: of, quantity, price, isBuy } = fill;
    const net = new Decimal(bot.state.net[of] ?? 0).plus(isBuy ? quantity : `-${quantity}`).toFixed();
    bot.state.net[of] = net;
    console.log(`${event.marketTime} ${isBuy ? "bought" : "sold"} ${quantity} ${of} at ${price}, net ${net}`);
  }
  const isOver = event.__typename === "TradeClosed" && event.position.status === "CLOSED";
  const declined = event.__typename === "SignalDeclined" ? event.signal : undefined;
  if (declined) console.error(declined.skipReason ?? declined.rejections.map(({ message }) => message).join(" "));
  if ((isOver ? event.position : declined)?.signalId !== signalId()) continue;
  bot.state.round += 1; // kept together with the cursor, when the loop asks for the next event
  if (isOver) await placeAtLast(); // after a refusal only the next start tries again
}
