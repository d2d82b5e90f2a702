// What a replay and the demonstration do in an account is the desk's own doing; what people do meanwhile is theirs.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { encodeCursor } from "../../src/events/cursor.ts";
import { accountIdOf } from "../../src/services/accountIds.ts";
import { graphql } from "../generated/index.ts";
import { Disable } from "../support/documents.ts";
import { startServer } from "../support/serverProcess.ts";
import { createWireClient, take } from "../support/wireClient.ts";
import { embeddedPlace } from "../support/wireDesk.ts";
import { temporaryDirectory, untilPrinted } from "./replaying.ts";

const PlayedActors = graphql(`
  subscription PlayedActors($after: LogCursor) {
    accountEvents(after: $after) { __typename actor ... on AccountChanged { change } }
  }
`);

const AFTER = encodeCursor({ accountId: accountIdOf("local", "main"), sequence: 0 });

const BARS = `time,open,high,low,close,volume
2024-03-04 09:30,100,100,100,100,10
2024-03-04 09:31,100,100,100,100,10
2024-03-04 09:32,100,100,90,90,10
`;
const SIGNAL = {
  signalId: "one",
  symbol: "ACME",
  entryPrice: "100",
  stopLoss: "95",
  target1: "110",
  positionSize: "1",
};

/** The first events of `main` by their kind and actor, on a server with these arguments, and after them a disable by hand. */
async function actorsOf(args: readonly string[], played: RegExp, count: number): Promise<(string | null)[][]> {
  const place = await embeddedPlace();
  const server = await startServer(place.env, args);
  const client = createWireClient(server.url);
  try {
    await untilPrinted(server, played);
    // Until the account is there, there is nothing to disable and nothing to follow.
    await expect.poll(async () => (await client.answer(PlayedAccount)).data?.account, { timeout: 60_000 }).toBeTruthy();
    const events = await client.follow(PlayedActors, { after: AFTER });
    const told = await take(events, count);
    await client.run(Disable, { input: {} });
    for (;;) {
      const [last] = await take(events, 1);
      if (last === undefined) throw new Error("the subscription has ended");
      told.push(last);
      if (last.accountEvents.__typename === "AccountChanged") break;
    }
    return told.map(({ accountEvents: event }) => [
      event.__typename === "AccountChanged" ? event.change : event.__typename,
      event.actor,
    ]);
  } finally {
    await client.close();
    await server.kill();
    await place.remove();
  }
}

const PlayedAccount = graphql(`query PlayedAccount { account { id } }`);

it("a replay's signals, and what the prices do to them, are the desk's", async () => {
  const { directory, remove } = await temporaryDirectory();
  try {
    const [bars, signals] = [path.join(directory, "ACME.csv"), path.join(directory, "signals.jsonl")];
    await writeFile(bars, BARS);
    await writeFile(signals, `${JSON.stringify({ at: "2024-03-04T14:31:00Z", ...SIGNAL })}\n`);
    expect(await actorsOf(["--replay", bars, "--signals", signals], /replay finished/, 3)).toEqual([
      ["ENABLED", "desk"],
      ["PositionOpened", "desk"],
      ["TradeClosed", "desk"],
      ["DISABLED", "local"],
    ]);
  } finally {
    await remove();
  }
}, 120_000);

it("the demonstration's too, but not what is done by hand meanwhile", async () => {
  const told = await actorsOf(["--demo"], /listening/, 2);
  expect(told.slice(0, 2)).toEqual([
    ["ENABLED", "desk"],
    ["PositionOpened", "desk"],
  ]);
  expect(told.at(-1)).toEqual(["DISABLED", "local"]);
}, 120_000);
