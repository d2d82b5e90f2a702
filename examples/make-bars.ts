// Makes the hourly bars of a made-up symbol over the weekdays of 2024, for trying where no file of prices is at hand:
//   npx tsx examples/make-bars.ts 1 > ACME.csv
// The number is the seed: the same gives the same bars, on every machine. They are a random walk, so whatever a strategy
// seems to find in them is luck.
import { formatCents } from "../src/feeds/cents.ts";
import { draw, type SeededState, seed } from "../src/feeds/seededNumbers.ts";

const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAYS = 366;
/** UTC: the hours in which bars begin. */
const HOURS = [14, 15, 16, 17, 18, 19];
const DAY_MS = 86_400_000;
const START_CENTS = 10_000;
const LEAST_CENTS = 1_000;
/** A bar is so many steps, each of at most so many parts of 10,000 of the price. */
const STEPS = 4;
const STEP_PARTS_MAX = 40;
const PARTS = 10_000;
const VOLUME_MAX = 5_000;

interface Walk {
  readonly state: SeededState;
  readonly cents: number;
}

/** One step on: up or down, as the numbers fall. */
function step({ state, cents }: Walk): Walk {
  const drawn = draw(state, -STEP_PARTS_MAX, STEP_PARTS_MAX);
  return { state: drawn.state, cents: Math.max(LEAST_CENTS, cents + Math.round((cents * drawn.value) / PARTS)) };
}

/** The row of the bar that begins at `startMs`, and the walk after it. */
function bar(walk: Walk, startMs: number): { readonly row: string; readonly walk: Walk } {
  const open = step(walk);
  const prices = [open.cents];
  let last = open;
  for (let count = 0; count < STEPS; count++) {
    last = step(last);
    prices.push(last.cents);
  }
  const volume = draw(last.state, 1, VOLUME_MAX);
  const cells = [open.cents, Math.max(...prices), Math.min(...prices), last.cents].map(formatCents);
  const row = [new Date(startMs).toISOString(), ...cells, volume.value].join(",");
  return { row, walk: { ...last, state: volume.state } };
}

function isWeekday(dayMs: number): boolean {
  const weekday = new Date(dayMs).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

let walk: Walk = { state: seed(Number(process.argv[2] ?? 1)), cents: START_CENTS };
process.stdout.write("time,open,high,low,close,volume\n");
for (let dayMs = FIRST_DAY; dayMs < FIRST_DAY + DAYS * DAY_MS; dayMs += DAY_MS) {
  if (!isWeekday(dayMs)) continue;
  for (const hour of HOURS) {
    const made = bar(walk, dayMs + hour * 3_600_000);
    process.stdout.write(`${made.row}\n`);
    walk = made.walk;
  }
}
