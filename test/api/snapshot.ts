// Everything that an account and the board hold, to see that what was refused has left nothing behind.
import type { WireClient } from "../support/wireClient.ts";
import { AccountNow, PositionsOfSession, QuotesNow, SignalsOfSession, TradesOfSession } from "./operations.ts";

/** What the API shows of `main` and the board; equal before and after what changes nothing. */
export async function snapshot(client: WireClient) {
  const { account } = await client.run(AccountNow);
  const { quotes } = await client.run(QuotesNow);
  const { positions } = await client.run(PositionsOfSession);
  const { trades } = await client.run(TradesOfSession);
  const { signals } = await client.run(SignalsOfSession);
  return { account, quotes, positions, trades, signals };
}
