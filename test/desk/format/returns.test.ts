// What an account has gained, and how far a price is from its stop: reckoned from the decimals themselves.
import { describe, expect, test } from "vitest";
import { distanceOf } from "../../../web/desk/src/format/distances.ts";
import { percent, signedPercent } from "../../../web/desk/src/format/numbers.ts";
import { returnOf } from "../../../web/desk/src/format/returns.ts";

describe("a return", () => {
  test.each([
    ["100000", "100092.98", "0.09298000"],
    ["100000", "99907.02", "-0.09298000"],
    ["100000", "100000", "0.00000000"],
    ["100000", "100000.00000000", "0.00000000"],
    ["100000", "0", "-100.00000000"],
    ["100000", "-50000", "-150.00000000"],
    ["0.00000001", "0.00000003", "200.00000000"],
    ["3", "4", "33.33333333"],
    ["3", "5", "66.66666667"],
    ["3", "1", "-66.66666667"],
  ])("should be, from %s to %s, in percent %s", (start, equity, expected) => {
    expect(returnOf(start, equity)).toBe(expected);
  });

  test("should be rounded as the server rounds, halves to the even digit", () => {
    // Of 200, a hundred-millionth is half of the eighth place in percent.
    expect(returnOf("200", "200.00000001")).toBe("0.00000000");
    expect(returnOf("200", "200.00000003")).toBe("0.00000002");
    expect(returnOf("200", "199.99999999")).toBe("0.00000000");
    expect(returnOf("200", "199.99999997")).toBe("-0.00000002");
    expect(returnOf("64", "64.00000001")).toBe("0.00000002");
  });

  test("should keep what a float would lose", () => {
    expect(returnOf("10000000000000000000", "10000000000000000000.00000001")).toBe("0.00000000");
    expect(returnOf("10000000000000000000", "20000000000000000000.1")).toBe("100.00000000");
    expect(returnOf("90071992547409.93", "90071992547409.94")).toBe("0.00000000");
    expect(returnOf("99999999999999999999", "-99999999999999999999")).toBe("-200.00000000");
  });

  test("should have no sign where nothing is shown of it", () => {
    expect(signedPercent(returnOf("200", "199.99999999"))).toBe("0.00 %");
    expect(signedPercent(returnOf("100000", "100000.01"))).toBe("0.00 %");
  });
});

describe("a distance", () => {
  test.each([
    ["152", "145", "4.61 %"],
    ["152", "160", "5.26 %"],
    ["148", "145", "2.03 %"],
    ["145", "145", "0.00 %"],
    ["0.00000001", "0.00000002", "100.00 %"],
    ["0.00000001", "1", "9,999,999,900.00 %"],
  ])("should be the same from above and below: from %s to %s, %s", (price, level, expected) => {
    expect(percent(distanceOf(price, level))).toBe(expected);
  });

  test("should be rounded as it is, not as the nearest float is", () => {
    expect(percent(distanceOf("1000", "989.95"))).toBe("1.01 %");
  });

  test("should keep what a float would lose", () => {
    expect(distanceOf("100000000000000000", "100000000000000000.00000001")).toBe("0.00000000");
    expect(distanceOf("12345678901234567890", "24691357802469135780")).toBe("100.00000000");
  });

  test("should be none where there is no price above zero", () => {
    expect(["0", "-0.00", "-5"].map((price) => percent(distanceOf(price, "145")))).toEqual(["–", "–", "–"]);
  });
});
