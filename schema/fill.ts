// Fills: the price of an entry or exit, and everything that it was made from.
import { fillValue } from "../src/services/rowFigures.ts";
import { builder } from "./builder.ts";
import { textEnum } from "./enums.ts";
import type { PositionParent, TradeParent } from "./parents.ts";

type Column<Name extends keyof PositionParent> = PositionParent[Name];

/** A fill, as the columns of a position (its entry) or of a trade (its exit) have it. */
interface FillParent {
  readonly price: Column<"entryPrice">;
  readonly quantity: Column<"quantity">;
  readonly time: Column<"entryTime">;
  readonly referencePrice: Column<"entryReferencePrice">;
  readonly priceSource: string;
  readonly priceTime: Column<"entryPriceTime">;
  readonly gapped: boolean;
  readonly commission: Column<"entryCommission">;
  readonly slippageCost: Column<"entrySlippageCost">;
  readonly modelVersion: number;
  readonly settings: FillSettings;
}

/** The JSON that the store keeps of the settings a fill used. */
interface FillSettings {
  readonly slippagePercentage: string;
  readonly commissionPerShare: string;
  readonly useRealisticFills: boolean;
}

/** The entry of a position. An entry takes the price it finds: it never gaps. */
export function entryFillOf(position: PositionParent): FillParent {
  return {
    price: position.entryPrice,
    quantity: position.quantity,
    time: position.entryTime,
    referencePrice: position.entryReferencePrice,
    priceSource: position.entryPriceSource,
    priceTime: position.entryPriceTime,
    gapped: false,
    commission: position.entryCommission,
    slippageCost: position.entrySlippageCost,
    modelVersion: position.entryModelVersion,
    settings: position.entrySettings as unknown as FillSettings,
  };
}

/** The exit of a trade. */
export function exitFillOf(trade: TradeParent): FillParent {
  return {
    price: trade.exitPrice,
    quantity: trade.quantity,
    time: trade.exitTime,
    referencePrice: trade.exitReferencePrice,
    priceSource: trade.exitPriceSource,
    priceTime: trade.exitPriceTime,
    gapped: trade.exitGapped,
    commission: trade.exitCommission,
    slippageCost: trade.exitSlippageCost,
    modelVersion: trade.exitModelVersion,
    settings: trade.exitSettings as unknown as FillSettings,
  };
}

export const PriceSource = textEnum("PriceSource", "What a price came from.", {
  QUOTE: "A published quote.",
  BAR: "A published bar: its open, close, or a level that it went through.",
});

export const Fill = builder.objectRef<FillParent>("Fill").implement({
  description: "One paper fill. Everything that its price was made from is kept with it.",
  fields: (t) => ({
    price: t.expose("price", {
      type: "Decimal",
      description: "The reference price, made worse by the slippage; USD for a unit.",
    }),
    quantity: t.expose("quantity", { type: "Decimal", description: "How much was filled, in units." }),
    value: t.field({
      type: "Decimal",
      description: "Price times quantity, in USD, without commission.",
      resolve: ({ price, quantity }) => fillValue(price, quantity),
    }),
    time: t.expose("time", { type: "DateTime", description: "The market time of the fill." }),
    referencePrice: t.expose("referencePrice", {
      type: "Decimal",
      description: "The price that the fill was made from, before slippage; USD for a unit.",
    }),
    priceSource: t.expose("priceSource", { type: PriceSource, description: "What the reference price came from." }),
    priceTime: t.expose("priceTime", {
      type: "DateTime",
      description: "The reference price's own market time: it can be earlier than that of the fill.",
    }),
    gapped: t.exposeBoolean("gapped", {
      description: "Whether the price had jumped past the level that triggered the exit. Never so for an entry.",
    }),
    commission: t.expose("commission", { type: "Decimal", description: "The commission of this fill, in USD." }),
    slippageCost: t.expose("slippageCost", {
      type: "Decimal",
      description: "What slippage has cost, in USD. For information: it is in the price already.",
    }),
    modelVersion: t.exposeInt("modelVersion", { description: "The version of the rules that made the fill." }),
    slippagePercentage: t.field({
      type: "Decimal",
      description: "The account's slippage at that time, in percent.",
      resolve: ({ settings }) => settings.slippagePercentage,
    }),
    commissionPerShare: t.field({
      type: "Decimal",
      description: "The account's commission for each unit of a signal's size at that time, in USD.",
      resolve: ({ settings }) => settings.commissionPerShare,
    }),
    useRealisticFills: t.boolean({
      description: "Whether the account's fills had slippage at that time.",
      resolve: ({ settings }) => settings.useRealisticFills,
    }),
  }),
});
