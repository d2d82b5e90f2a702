// Seeded pseudo-random whole numbers: the same seed gives the same run, on every machine.

/** The state of a run: one 32-bit number. */
export type SeededState = number;

export interface Drawn {
  readonly value: number;
  readonly state: SeededState;
}

/** Answers the state in which a run begins; the seed's lowest 32 bits count. */
export function seed(number: number): SeededState {
  return number >>> 0;
}

/**
 * Answers a whole number from `from` to `to`, both included, and the next state. The generator is mulberry32 (Tommy
 * Ettinger, public domain): good enough for a demonstration, not for statistics or secrets.
 */
export function draw(state: SeededState, from: number, to: number): Drawn {
  const next = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(next ^ (next >>> 15), next | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  const bits = (mixed ^ (mixed >>> 14)) >>> 0;
  return { value: from + (bits % (to - from + 1)), state: next };
}
