// A feed: reads lines SYMBOL,PRICE or SYMBOL,PRICE,TIME and publishes them, in order (after `npm run build`):
//   echo 'ACME,150.03' | npx tsx examples/feed.ts http://localhost:4000
// While a call is under way the lines that come wait, and go together with the next one.
import { createInterface } from "node:readline";
import { createClient, dateTime, decimal, PublishQuotesDocument, type QuoteInput, retry } from "@papertape/client/node";

/** The most that a call takes. */
const QUOTES_MAX = 5000;

const [url = "http://localhost:4000"] = process.argv.slice(2);
const client = createClient({ url, key: process.env["PAPERTAPE_KEY"] });
const waiting: QuoteInput[] = [];
let publishing: Promise<void> | undefined;

/** Publishing again what has come already changes nothing: an older price is stale. */
async function publish(): Promise<void> {
  while (waiting.length > 0) {
    const quotes = waiting.splice(0, QUOTES_MAX);
    const call = () => client.mutate(PublishQuotesDocument, { quotes });
    const { publishQuotes } = await retry(call, { onFailure: ({ message }) => console.error(message) });
    for (const { index, message } of publishQuotes.refused) console.error(`${quotes[index]?.symbol}: ${message}`);
    console.log(`${publishQuotes.accepted} accepted, ${publishQuotes.stale} stale`);
  }
  publishing = undefined;
}

function read(line: string): QuoteInput {
  const [symbol = "", price = "", time] = line.split(",").map((cell) => cell.trim());
  return { symbol, price: decimal(price), ...(time !== undefined && { time: dateTime(time) }) };
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    waiting.push(read(line));
    publishing ??= publish();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(error.message);
  }
}
await publishing;
