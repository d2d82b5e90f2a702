// A bot's client against a real server: what it is given over restarts of either side, and where it begins.
import { readFile, writeFile } from "node:fs/promises";
import { type FollowedEvent, memoryCursor, stateFile } from "@papertape/client/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WAITING_EVENTS_MAX } from "../../web/client/src/limits.ts";
import { Enable, ExecuteSignals, UpdateSettings } from "../support/documents.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { follow, freePort, freshFile, range, sequencesOf, takeEvents, until } from "./following.ts";

/** Signals in one call. */
const SIGNALS_MAX = 500;
/** A server is restarted, which takes a busy machine some time. */
const RESTARTS_TIMEOUT_MS = 180_000;
const FOREIGN_CURSOR = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

describe("following an account", () => {
  let desk: WireDesk;
  let url: string;
  beforeAll(async () => {
    // A bot knows its server by one address, also after a restart.
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    desk = await startWireDesk({ CLOCK: "feed", PORT: String(port) });
  });
  afterAll(() => desk?.stop());

  /** Each test has an account of its own, whose first event is that it was enabled. */
  async function openAccount(name: string): Promise<string> {
    await desk.client.run(Enable, { input: { name } });
    return name;
  }

  let signals = 0;
  /** Sends signals that there is no price for: each is an event. */
  async function decline(account: string, count: number): Promise<void> {
    const inputs = range(1, count).map(() => {
      signals += 1;
      const levels = { entryPrice: "100", stopLoss: "95", target1: "110" };
      return { account, signalId: `s-${signals}`, symbol: "NONE", ...levels };
    });
    for (let from = 0; from < count; from += SIGNALS_MAX)
      await desk.client.run(ExecuteSignals, { inputs: inputs.slice(from, from + SIGNALS_MAX) });
  }

  it("goes on where the last run of the bot left off, also with what happened meanwhile", async () => {
    const account = await openAccount("restarts");
    const cursorFile = await freshFile();
    const options = { url, account, cursorFile };
    const first = follow(options);
    const begun = takeEvents(first, 2);
    await until(async () => (await readFile(cursorFile, "utf8").catch(() => "")) !== "");
    await decline(account, 3);
    expect(sequencesOf(await begun)).toEqual([2, 3]);
    await desk.client.run(UpdateSettings, { input: { account, settings: { maxPriceAge: 900 } } });
    const rest = await takeEvents(follow(options), 2);
    expect(rest).toMatchObject([
      { sequence: 4, __typename: "SignalDeclined", signal: { status: "REJECTED" } },
      { sequence: 5, __typename: "AccountChanged", change: "SETTINGS" },
    ]);
  });

  it("gives an event again that the bot did not get done, and none that it did", async () => {
    const account = await openAccount("undone");
    await decline(account, 9);
    const options = { url, account, cursorFile: await freshFile(), from: "session" as const };
    const given: number[][] = [];
    const run = async (deal: (event: FollowedEvent, stop: AbortController) => "go on" | "leave") => {
      const stop = new AbortController();
      const own: number[] = [];
      given.push(own);
      for await (const event of follow({ ...options, signal: stop.signal })) {
        own.push(event.sequence);
        if (deal(event, stop) === "leave") break;
      }
    };
    await run(({ sequence }) => (sequence === 2 ? "leave" : "go on"));
    const failing = run(({ sequence }) => {
      if (sequence === 4) throw new Error("the bot fails");
      return "go on";
    });
    await expect(failing).rejects.toThrow("the bot fails");
    await run(({ sequence }, stop) => {
      if (sequence === 6) stop.abort();
      return "go on";
    });
    given.push(sequencesOf(await takeEvents(follow(options), 2)));
    given.push(sequencesOf(await takeEvents(follow(options), 1)));
    expect(given).toEqual([[1, 2], [2, 3, 4], [4, 5, 6], [7, 8], [9]]);
  });

  it(
    "gives each event once, in order, while the server is killed and started again",
    async () => {
      const account = await openAccount("killed");
      const file = await freshFile("bot.json");
      const total = 601;
      const sums: number[] = [];
      // Two runs of the bot, whose state is kept in one stroke with the cursor; the server is killed in each.
      for (const last of [300, total]) {
        const bot = await stateFile(file, { events: 0, sum: 0 });
        const done = (async () => {
          for await (const { sequence } of follow({ url, account, store: bot, from: "session" })) {
            bot.state.events += 1;
            bot.state.sum += sequence;
            if (sequence === last) break;
          }
          sums.push(bot.state.events, bot.state.sum);
        })();
        await decline(account, 150);
        await desk.restart("SIGKILL");
        await decline(account, 150);
        await done;
      }
      // The event that was left by `break` was not kept, so the second run got it again and counted it once.
      expect(sums).toEqual([300, sumUpTo(300), total, sumUpTo(total)]);
    },
    RESTARTS_TIMEOUT_MS,
  );

  it("has few events of a long log waiting while the bot is slow, and misses none", async () => {
    const account = await openAccount("slow");
    const last = 3000;
    await decline(account, last - 1);
    const events = follow({ url, account, store: memoryCursor(), from: "session" });
    const given: number[] = [];
    for await (const { sequence } of events) {
      given.push(sequence);
      if (sequence === 1) await until(() => events.waiting >= WAITING_EVENTS_MAX);
      // Some hundred small events fit into what had been read already.
      expect(events.waiting).toBeLessThan(last / 2);
      if (sequence === last) break;
    }
    expect(given).toEqual(range(1, last));
  });

  it("says so where the cursor is not of this account's log, or there is no such account", async () => {
    const account = await openAccount("cursors");
    const cursorFile = await freshFile();
    await writeFile(cursorFile, FOREIGN_CURSOR);
    const message = expect.stringContaining("another account or database");
    const foreign = takeEvents(follow({ url, account, cursorFile }), 1);
    await expect(foreign).rejects.toMatchObject({ name: "ApiError", code: "BAD_CURSOR", message });
    const nobody = takeEvents(follow({ url, account: "nobody", cursorFile: await freshFile() }), 1);
    await expect(nobody).rejects.toMatchObject({ code: "ACCOUNT_NOT_FOUND" });
  });
});

function sumUpTo(last: number): number {
  return (last * (last + 1)) / 2;
}
