// Chance with a seed: whoever acts at random draws from a run of their own, so that one does not change another's.
import { draw, seed } from "../../src/feeds/seededNumbers.ts";

export interface Chance {
  /** A whole number from `from` to `to`, both included. */
  number(from: number, to: number): number;
  /** True once in so many times. */
  once(inTimes: number): boolean;
  /** One of several. */
  oneOf<Value>(values: readonly [Value, ...Value[]]): Value;
}

/** The run of one who acts, by the test's seed and the actor's own number. */
export function createChance(testSeed: number, actor: number): Chance {
  let state = seed(testSeed * 10_007 + actor);
  const number = (from: number, to: number): number => {
    const drawn = draw(state, from, to);
    state = drawn.state;
    return drawn.value;
  };
  return {
    number,
    once: (inTimes) => number(1, inTimes) === 1,
    oneOf: (values) => values[number(0, values.length - 1)] ?? values[0],
  };
}
