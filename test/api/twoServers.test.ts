// With the feed's clock the same prices and signals, sent to two fresh servers, give the same answers in the same order;
// also where one of them is killed and started again on the way.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { history, type Step } from "../support/histories.ts";
import { createReferencePlayer } from "../support/referencePlayer.ts";
import { embeddedPlace, places, startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { createApiPlayer } from "./player.ts";
import { referenceDump, referenceShape } from "./referenceShapes.ts";

const SEED = Number(process.env["HISTORIES_SEED"] ?? 20260105);
const HISTORIES = 2;
const STEPS_MAX = 60;
const STEPS_MIN = 45;
const ACCOUNTS = [undefined, "second"];
const FEED = { CLOCK: "feed" };

// Few histories, so long ones: by default most would be short.
fc.configureGlobal({ baseSize: "xlarge" });
const histories = fc
  .sample(history(STEPS_MAX), { seed: SEED, numRuns: HISTORIES * 10 })
  .filter((steps) => steps.length >= STEPS_MIN)
  .slice(0, HISTORIES);

/** The other server is on PostgreSQL where one answers. */
const openOther = places.at(-1)?.open ?? embeddedPlace;

describe(`Random histories of seed ${SEED} on two fresh servers`, () => {
  it.each(histories.map((steps, index) => ({ steps, index })))(
    "give the same answers on both, and those of the reference model (history $index)",
    async ({ steps }) => {
      const desks = await Promise.all([startWireDesk(FEED), startWireDesk(FEED, openOther)]);
      try {
        await agree(steps, desks);
      } finally {
        await Promise.all(desks.map((desk) => desk.stop()));
      }
    },
  );
});

async function agree(steps: readonly Step[], [one, other]: readonly [WireDesk, WireDesk]): Promise<void> {
  const players = [createApiPlayer(one), createApiPlayer(other)] as const;
  const reference = createReferencePlayer();
  for (const [index, step] of steps.entries()) {
    if (step.kind === "restart") {
      await other.restart();
      continue;
    }
    const [answer, again] = await Promise.all([players[0].play(step), players[1].play(step)]);
    const about = `the answer to step ${index}: ${JSON.stringify(step)}`;
    expect(again, about).toEqual(answer);
    matches(referenceShape(answer), reference.play(step), about);
  }
  for (const account of ACCOUNTS) {
    const [dump, again] = await Promise.all([players[0].dump(account), players[1].dump(account)]);
    expect(again).toEqual(dump);
    matches(referenceDump(dump), reference.dump(account), `the dump of ${account ?? "main"}`);
  }
}

/** Every field that the model tells is the same to the digit; the API tells more. */
function matches(actual: unknown, expected: unknown, about: string): void {
  if (typeof expected === "object" && expected !== null) expect(actual, about).toMatchObject(expected);
  else expect(actual, about).toEqual(expected);
}
