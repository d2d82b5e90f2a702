// The settings of an account: as they are, and as clients change them.
import type { SessionRecord } from "../src/domain/records.ts";
import { builder } from "./builder.ts";

/** One description for each setting, for the type and the input alike. */
const DESCRIPTIONS = {
  startingCapital: "The cash that a session begins with, in USD: 1000 to 100000000; 100000 by default.",
  commissionPerShare:
    "Commission for each unit of a signal's size (a share, a lot, a contract), in USD, on each side: 0 to 1; 0.005 by default.",
  slippagePercentage:
    "How much worse than its reference price a fill is, in percent: 0 to 10; 0.02 by default, that is 0.02 %.",
  useRealisticFills: "Whether fills have slippage; commission is charged in any case. True by default.",
  maxTradeRisk: "The most that one trade may risk, in percent of equity: above 0, at most 100; 2 by default.",
  maxPortfolioHeat:
    "The most that all open positions together may risk, in percent of equity: above 0, at most 100; 10 by default.",
  maxCampaignRisk:
    "The most that the open positions of one campaign may risk, in percent of equity: above 0, at most 100; 5 by default.",
  target1Fraction: "The part of the original quantity that is closed at target 1: above 0, at most 1; 0.5 by default.",
  breakevenAfterTarget1:
    "Whether the stop moves to the entry price after target 1, where that is tighter. False by default.",
  maxPriceAge: "How old the price of an entry may be, in seconds: 1 to 86400; 3600 by default.",
};

export const Settings = builder.objectRef<SessionRecord>("Settings").implement({
  description:
    "The rules of an account's session. Changed ones hold from the next fill on; every fill records the settings that it used.",
  fields: (t) => ({
    startingCapital: t.expose("startingCapital", { type: "Decimal", description: DESCRIPTIONS.startingCapital }),
    commissionPerShare: t.expose("commissionPerShare", {
      type: "Decimal",
      description: DESCRIPTIONS.commissionPerShare,
    }),
    slippagePercentage: t.expose("slippagePercentage", {
      type: "Decimal",
      description: DESCRIPTIONS.slippagePercentage,
    }),
    useRealisticFills: t.exposeBoolean("useRealisticFills", { description: DESCRIPTIONS.useRealisticFills }),
    maxTradeRisk: t.expose("maxTradeRisk", { type: "Decimal", description: DESCRIPTIONS.maxTradeRisk }),
    maxPortfolioHeat: t.expose("maxPortfolioHeat", { type: "Decimal", description: DESCRIPTIONS.maxPortfolioHeat }),
    maxCampaignRisk: t.expose("maxCampaignRisk", { type: "Decimal", description: DESCRIPTIONS.maxCampaignRisk }),
    target1Fraction: t.expose("target1Fraction", { type: "Decimal", description: DESCRIPTIONS.target1Fraction }),
    breakevenAfterTarget1: t.exposeBoolean("breakevenAfterTarget1", {
      description: DESCRIPTIONS.breakevenAfterTarget1,
    }),
    maxPriceAge: t.exposeInt("maxPriceAge", { description: DESCRIPTIONS.maxPriceAge }),
  }),
});

export const SettingsInput = builder.inputType("SettingsInput", {
  description:
    "Settings to set; what is left out, or null, stays as it is (or gets its default where an account is made).",
  fields: (t) => ({
    startingCapital: t.field({ type: "Decimal", description: DESCRIPTIONS.startingCapital }),
    commissionPerShare: t.field({ type: "Decimal", description: DESCRIPTIONS.commissionPerShare }),
    slippagePercentage: t.field({ type: "Decimal", description: DESCRIPTIONS.slippagePercentage }),
    useRealisticFills: t.boolean({ description: DESCRIPTIONS.useRealisticFills }),
    maxTradeRisk: t.field({ type: "Decimal", description: DESCRIPTIONS.maxTradeRisk }),
    maxPortfolioHeat: t.field({ type: "Decimal", description: DESCRIPTIONS.maxPortfolioHeat }),
    maxCampaignRisk: t.field({ type: "Decimal", description: DESCRIPTIONS.maxCampaignRisk }),
    target1Fraction: t.field({ type: "Decimal", description: DESCRIPTIONS.target1Fraction }),
    breakevenAfterTarget1: t.boolean({ description: DESCRIPTIONS.breakevenAfterTarget1 }),
    maxPriceAge: t.int({ description: DESCRIPTIONS.maxPriceAge }),
  }),
});
