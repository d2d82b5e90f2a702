// Tallies against prom-client's own metrics: told the same, both make the same page.
import fc from "fast-check";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { tallyCounter, tallyGauge, tallyHistogram } from "../../src/server/metrics/tallies.ts";

const BUCKETS = [0.1, 1, 10];
const LABELS = ["route", "status"] as const;

const labels = fc.record({ route: fc.constantFrom("a", 'b"\\\n'), status: fc.constantFrom("2xx", "") });
const value = fc.oneof(fc.constantFrom(0, ...BUCKETS, 10.5), fc.double({ min: 0, max: 20, noNaN: true }));
const steps = fc.array(fc.tuple(labels, value), { maxLength: 40 });

/** The pages after the same steps, and once more after the same steps again: a page does not change what it shows. */
async function pages(take: (registry: Registry) => () => void): Promise<string[]> {
  const registry = new Registry();
  const step = take(registry);
  const made = [await registry.metrics()];
  for (let time = 0; time < 2; time++) {
    step();
    made.push(await registry.metrics());
  }
  return made;
}

describe("a tally", () => {
  it("is the page that prom-client's counter and gauge make", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const what = { name: "told_total", help: "what is told here", labelNames: LABELS };
        const ours = await pages((registry) => {
          const [up, open] = [tallyCounter(registry, what), tallyGauge(registry, { ...what, name: "open" })];
          return () => {
            for (const [of, by] of all) up(of).count += by;
            for (const [of, by] of all) open(of).count -= by;
          };
        });
        const theirs = await pages((registry) => {
          const [up, open] = [
            new Counter({ ...what, registers: [registry] }),
            new Gauge({ ...what, name: "open", registers: [registry] }),
          ];
          return () => {
            for (const [of, by] of all) up.inc(of, by);
            for (const [of, by] of all) open.dec(of, by);
          };
        });
        expect(ours).toEqual(theirs);
      }),
    );
  });

  it("is the page that prom-client's histogram makes, with labels and without", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const what = { name: "took_seconds", help: "how long it took", buckets: BUCKETS };
        const ours = await pages((registry) => {
          const labelled = tallyHistogram(registry, { ...what, labelNames: LABELS });
          const plain = tallyHistogram(registry, { ...what, name: "plain_seconds" })({});
          return () => {
            for (const [of, took] of all) labelled(of).observe(took);
            for (const [, took] of all) plain.observe(took);
          };
        });
        const theirs = await pages((registry) => {
          const labelled = new Histogram({ ...what, labelNames: LABELS, registers: [registry] });
          const plain = new Histogram({ ...what, name: "plain_seconds", registers: [registry] });
          return () => {
            for (const [of, took] of all) labelled.observe(of, took);
            for (const [, took] of all) plain.observe(took);
          };
        });
        expect(ours).toEqual(theirs);
      }),
    );
  });
});
