// A seeded random walk of several symbols: the prices of the demonstration, computed in whole cents.
import { formatCents } from "./cents.ts";
import type { FeedQuote } from "./feedPrices.ts";
import { draw, type SeededState, seed } from "./seededNumbers.ts";

export interface WalkSymbol {
  readonly symbol: string;
  /** Where the price begins; it stays between half of it and twice as much. */
  readonly startCents: number;
}

/** Symbols that no exchange lists, so that nobody takes the demonstration for a market. */
export const DEMO_SYMBOLS: readonly WalkSymbol[] = [
  { symbol: "DEMO.A", startCents: 15_000 },
  { symbol: "DEMO.B", startCents: 8_000 },
  { symbol: "DEMO.C", startCents: 25_000 },
  { symbol: "DEMO.D", startCents: 4_200 },
];

interface Walker extends WalkSymbol {
  readonly cents: number;
  /** How the price drifts at each tick, in parts of 10,000 of the start price. */
  readonly drift: number;
}

export interface Walk {
  readonly random: SeededState;
  readonly walkers: readonly Walker[];
}

// In parts of 10,000 of the start price. The market is a lively one, so that stops and targets are met within a minute.
const NOISE_MAX = 50;
const DRIFT_MAX = 25;
const DRIFT_STEP_MAX = 4;
const PARTS = 10_000;
const VOLUME_MAX = 5_000;

/** Answers a walk before its first step; the same seed and symbols give the same walk. */
export function startWalk(seedNumber: number, symbols: readonly WalkSymbol[] = DEMO_SYMBOLS): Walk {
  const walkers = symbols.map((each) => ({ ...each, cents: each.startCents, drift: 0 }));
  return { random: seed(seedNumber), walkers };
}

/** Answers the walk one step on, and a quote of each symbol, in their order, with `time` as market time. */
export function stepWalk(walk: Walk, time: Date): { readonly walk: Walk; readonly quotes: readonly FeedQuote[] } {
  let random = walk.random;
  const quotes: FeedQuote[] = [];
  const walkers = walk.walkers.map((walker) => {
    const push = draw(random, -DRIFT_STEP_MAX, DRIFT_STEP_MAX);
    const noise = draw(push.state, -NOISE_MAX, NOISE_MAX);
    const volume = draw(noise.state, 1, VOLUME_MAX);
    random = volume.state;
    const moved = moveWalker(walker, push.value, noise.value);
    quotes.push({ symbol: walker.symbol, price: formatCents(moved.cents), volume: String(volume.value), time });
    return moved;
  });
  return { walk: { random, walkers }, quotes };
}

// A walker that would leave its range stays at the edge and turns round.
function moveWalker(walker: Walker, push: number, noise: number): Walker {
  const drift = clamp(walker.drift + push, -DRIFT_MAX, DRIFT_MAX);
  const aimed = walker.cents + Math.trunc((walker.startCents * (drift + noise)) / PARTS);
  const cents = clamp(aimed, Math.ceil(walker.startCents / 2), walker.startCents * 2);
  return { ...walker, cents, drift: cents === aimed ? drift : -drift };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
