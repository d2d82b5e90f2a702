// Settings (domain.md 2): defaults, and the bounds of each with the message that names them.

import { describe, expect, it } from "vitest";
import { type Issue, Issues } from "../../src/domain/issues.ts";
import { changedSettings, DEFAULT_SETTINGS, readSettings, type SettingsInput } from "../../src/domain/settings.ts";
import { plain, settingsOf } from "../support/builders.ts";

function read(input: SettingsInput): { settings: unknown; issues: readonly Issue[] } {
  const issues = new Issues();
  const settings = plain(readSettings(input, ["settings"], issues));
  return { settings, issues: issues.list };
}

describe("settings", () => {
  it("have the defaults of the rules", () => {
    expect(plain(DEFAULT_SETTINGS)).toEqual({
      startingCapital: "100000",
      commissionPerShare: "0.005",
      slippagePercentage: "0.02",
      useRealisticFills: true,
      maxTradeRisk: "2",
      maxPortfolioHeat: "10",
      maxCampaignRisk: "5",
      target1Fraction: "0.5",
      breakevenAfterTarget1: false,
      maxPriceAge: 3600,
    });
  });

  it.each([
    ["startingCapital", "1000"],
    ["startingCapital", "100000000"],
    ["commissionPerShare", "0"],
    ["commissionPerShare", "1"],
    ["slippagePercentage", "0"],
    ["slippagePercentage", "10"],
    ["maxTradeRisk", "0.00000001"],
    ["maxTradeRisk", "100"],
    ["maxPortfolioHeat", "0.00000001"],
    ["maxPortfolioHeat", "100"],
    ["maxCampaignRisk", "0.00000001"],
    ["maxCampaignRisk", "100"],
    ["target1Fraction", "0.00000001"],
    ["target1Fraction", "1"],
    ["maxPriceAge", 1],
    ["maxPriceAge", 86_400],
    ["useRealisticFills", false],
    ["useRealisticFills", true],
    ["breakevenAfterTarget1", true],
    ["breakevenAfterTarget1", false],
  ])("%s may be %s", (name, value) => {
    expect(read({ [name]: value })).toEqual({ settings: { [name]: value }, issues: [] });
  });

  it.each([
    ["startingCapital", "999.99999999", "must be from 1000 to 100000000"],
    ["startingCapital", "100000000.00000001", "must be from 1000 to 100000000"],
    ["startingCapital", "-1000", "must be from 1000 to 100000000"],
    ["commissionPerShare", "-0.00000001", "must be from 0 to 1"],
    ["commissionPerShare", "1.00000001", "must be from 0 to 1"],
    ["slippagePercentage", "-0.00000001", "must be from 0 to 10"],
    ["slippagePercentage", "10.00000001", "must be from 0 to 10"],
    ["maxTradeRisk", "0", "must be above 0 and at most 100"],
    ["maxTradeRisk", "100.00000001", "must be above 0 and at most 100"],
    ["maxPortfolioHeat", "0", "must be above 0 and at most 100"],
    ["maxPortfolioHeat", "100.00000001", "must be above 0 and at most 100"],
    ["maxCampaignRisk", "0", "must be above 0 and at most 100"],
    ["maxCampaignRisk", "100.00000001", "must be above 0 and at most 100"],
    ["target1Fraction", "0", "must be above 0 and at most 1"],
    ["target1Fraction", "1.00000001", "must be above 0 and at most 1"],
    ["maxPriceAge", 0, "must be from 1 to 86400 seconds"],
    ["maxPriceAge", 86_401, "must be from 1 to 86400 seconds"],
    ["maxPriceAge", 1.5, "must be from 1 to 86400 seconds"],
    ["maxPriceAge", Number.NaN, "must be from 1 to 86400 seconds"],
  ])("%s may not be %s: the message tells the path, the value and what is allowed", (name, value, allowed) => {
    expect(read({ [name]: value })).toEqual({
      settings: {},
      issues: [{ path: ["settings", name], message: `is ${value}, but ${allowed}` }],
    });
  });

  it.each(["1e3", "", " 1000", "NaN", "1000.123456789"])("a startingCapital of %j is no decimal", (text) => {
    expect(read({ startingCapital: text }).issues).toEqual([
      {
        path: ["settings", "startingCapital"],
        message: 'must be a decimal as a string such as "150.03": up to 20 digits and up to 8 decimals',
      },
    ]);
  });

  it("that are left out or null are not given", () => {
    expect(read({ startingCapital: null, maxPriceAge: null, useRealisticFills: null })).toEqual({
      settings: {},
      issues: [],
    });
  });

  it("are all checked: every problem is told at once, and what is right is read", () => {
    const { settings, issues } = read({
      maxTradeRisk: "0",
      maxPriceAge: 0,
      target1Fraction: "2",
      slippagePercentage: "1",
    });
    expect(settings).toEqual({ slippagePercentage: "1" });
    expect(issues.map((issue) => issue.path)).toEqual([
      ["settings", "maxTradeRisk"],
      ["settings", "target1Fraction"],
      ["settings", "maxPriceAge"],
    ]);
  });

  it("change where the number does, not where only its text does", () => {
    const inForce = settingsOf({ maxTradeRisk: "2", maxPriceAge: 60 });
    const given = settingsOf({
      maxTradeRisk: "2.00",
      maxPriceAge: 60,
      useRealisticFills: false,
      slippagePercentage: "1",
    });
    expect(changedSettings(inForce, given).sort()).toEqual(["slippagePercentage", "useRealisticFills"]);
  });
});
