// How the price of a position went, on a real server: from its entry to its close, and from the server's start on.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { PublishBars, PublishQuotes } from "../support/documents.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { FullEnable, FullExecuteSignals, PositionOfSignal } from "./operations.ts";

const PricePath = graphql(`
  query PricePathOf($position: ID!) {
    pricePath(position: $position) { knownFrom points { time price low high } }
  }
`);

const SIGNAL = { symbol: "ACME", entryPrice: "100", stopLoss: "90", target1: "120", positionSize: "10" };

let desk: WireDesk;
beforeAll(async () => {
  desk = await startWireDesk();
  await desk.client.run(FullEnable, { input: { name: "main" } });
});
afterAll(() => desk.stop());

/** A time of a day, `09:31:00`. */
const timeOf = (time: string): string => `2024-03-01T${time}.000Z`;

async function publish(...prices: readonly (readonly [time: string, price: string])[]): Promise<void> {
  const quotes = prices.map(([time, price]) => ({ symbol: "ACME", price, time: timeOf(time) }));
  const { publishQuotes } = await desk.client.run(PublishQuotes, { quotes });
  expect(publishQuotes.accepted).toBe(prices.length);
}

async function open(signalId: string): Promise<string> {
  const inputs = [{ ...SIGNAL, signalId }];
  const { data } = await desk.client.answer(FullExecuteSignals, { inputs });
  expect(data?.executeSignals).toMatchObject([{ signal: { status: "FILLED" } }]);
  const { signal } = await desk.client.run(PositionOfSignal, { account: "main", signalId });
  return signal?.position?.id ?? "";
}

async function pathOf(position: string) {
  const { pricePath } = await desk.client.run(PricePath, { position });
  return (
    pricePath && {
      knownFrom: pricePath.knownFrom,
      points: pricePath.points.map(({ time, price, low, high }) => [time, price, low, high]),
    }
  );
}

describe("The path of a position's price", () => {
  let held = "";

  it("begins at its entry, with what the desk had taken by then", async () => {
    await publish(["09:30:00", "99.50"], ["09:30:10", "100"]);
    held = await open("held");
    await publish(["09:30:20", "101"], ["09:30:21", "98.00000001"]);
    expect(await pathOf(held)).toEqual({
      knownFrom: timeOf("09:30:00"),
      points: [
        [timeOf("09:30:10"), "100", "100", "100"],
        [timeOf("09:30:20"), "101", "101", "101"],
        [timeOf("09:30:21"), "98.00000001", "98.00000001", "98.00000001"],
      ],
    });
  });

  it("has a bar at its end, with its range, and no price that was stale", async () => {
    const bar = { symbol: "ACME", open: "99", high: "107", low: "96", close: "105" };
    const bars = [{ ...bar, start: timeOf("09:31:00"), intervalSeconds: 60 }];
    await desk.client.run(PublishBars, { bars });
    await desk.client.run(PublishQuotes, {
      quotes: [{ symbol: "ACME", price: "1", time: timeOf("09:31:30") }],
    });
    expect((await pathOf(held))?.points.slice(3)).toEqual([[timeOf("09:32:00"), "105", "96", "107"]]);
  });

  it("ends at its close", async () => {
    await publish(["09:33:00", "121"], ["09:34:00", "150"]);
    const path = await pathOf(held);
    expect(path?.points).toHaveLength(5);
    expect(path?.points.at(-1)).toEqual([timeOf("09:33:00"), "121", "121", "121"]);
  });

  it("is of the most points where there are more prices, and loses no extreme", async () => {
    await publish(["09:40:00", "100"]);
    const long = await open("long");
    const steps = Array.from({ length: 2000 }, (_, index) => index);
    const time = (step: number) => new Date(Date.parse(timeOf("09:40:01")) + step * 1000).toISOString();
    const price = (step: number) => (step === 300 ? "91.5" : step === 301 ? "119.25" : "100");
    const quotes = steps.map((step) => ({ symbol: "ACME", price: price(step), time: time(step) }));
    expect((await desk.client.run(PublishQuotes, { quotes })).publishQuotes.accepted).toBe(2000);
    const points = (await pathOf(long))?.points ?? [];
    expect(points.length).toBeGreaterThan(300);
    expect(points.length).toBeLessThan(512);
    expect(points.map(([, , low]) => Number(low)).sort((one, other) => one - other)[0]).toBe(91.5);
    expect(points.map(([, , , high]) => Number(high)).sort((one, other) => other - one)[0]).toBe(119.25);
    expect(points.at(-1)?.[0]).toBe(time(1999));
  });

  it("is null where there is no such position", async () => {
    for (const id of ["nothing", "UG9zaXRpb246bm90aGluZw==", ""]) expect(await pathOf(id)).toBeNull();
  });

  it("begins anew with the server, and says so", async () => {
    await desk.restart();
    expect(await pathOf(held)).toEqual({ knownFrom: null, points: [] });
    await publish(["11:00:00", "103"]);
    expect(await pathOf(held)).toEqual({ knownFrom: timeOf("11:00:00"), points: [] });
    const { signal } = await desk.client.run(PositionOfSignal, { account: "main", signalId: "long" });
    expect(await pathOf(signal?.position?.id ?? "")).toEqual({
      knownFrom: timeOf("11:00:00"),
      points: [[timeOf("11:00:00"), "103", "103", "103"]],
    });
  });
});
