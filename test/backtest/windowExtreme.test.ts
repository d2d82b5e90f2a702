// The extreme of the last values, against one that looks at all of them each time.
import fc from "fast-check";
import { expect, it } from "vitest";
import { WindowExtreme } from "../../src/backtest/strategies/windowExtreme.ts";
import { type Decimal, decimal, formatDecimal, max, min } from "../../src/domain/decimal.ts";

/** Few different values, so that equal ones are common; some differ in nothing but their form. */
const value = fc.oneof(
  fc.integer({ min: -3, max: 5 }).map((number) => decimal(String(number))),
  fc.constantFrom("1.0", "0.00000001", "999999999999.99999999").map(decimal),
);

const isAsHigh = (a: Decimal, b: Decimal): boolean => a.gte(b);
const isAsLow = (a: Decimal, b: Decimal): boolean => a.lte(b);

/** After each value: the extreme of the last `size`, or undefined while there are fewer. */
function naive(values: readonly Decimal[], size: number, best: typeof max): (string | undefined)[] {
  return values.map((_, index) => {
    const last = values.slice(Math.max(0, index + 1 - size), index + 1);
    return last.length < size ? undefined : formatDecimal(last.reduce(best));
  });
}

it.each([
  { name: "highest", isAsGood: isAsHigh, best: max },
  { name: "lowest", isAsGood: isAsLow, best: min },
])("is the $name of the last values, and none while there are fewer", ({ isAsGood, best }) => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (values, size) => {
      const extreme = new WindowExtreme(size, isAsGood);
      expect(extreme.whole()).toBeUndefined();
      const answers = values.map((each) => {
        extreme.push(each);
        const whole = extreme.whole();
        // To ask twice changes nothing.
        expect(extreme.whole()).toBe(whole);
        return whole && formatDecimal(whole);
      });
      expect(answers).toEqual(naive(values, size, best));
    }),
    { numRuns: 500 },
  );
});

it("forgets a value when it is older than the window, also where all that came after it is worse", () => {
  const falling = ["9", "8", "7", "6", "5"].map(decimal);
  const extreme = new WindowExtreme(3, isAsHigh);
  const answers = falling.map((each) => {
    extreme.push(each);
    return extreme.whole()?.toFixed();
  });
  expect(answers).toEqual([undefined, undefined, "9", "8", "7"]);
});
