// Why a fill has its price: its record, spelled out in sentences.
import type { FillFieldsFragment, Side } from "@papertape/client";
import { directionOf, money, price, quantity } from "./numbers.ts";
import { momentOf } from "./times.ts";

export type Step = "enter" | "leave";

const DEEDS: Readonly<Record<Side, Readonly<Record<Step, string>>>> = {
  LONG: { enter: "Bought", leave: "Sold" },
  SHORT: { enter: "Sold short", leave: "Bought back" },
};

const SOURCES: Readonly<Record<FillFieldsFragment["priceSource"], string>> = { BAR: "bar", QUOTE: "quote" };

export const sourceOf = ({ priceSource }: FillFieldsFragment): string => SOURCES[priceSource];

function slippageOf(fill: FillFieldsFragment): string {
  if (!fill.useRealisticFills) return "Fills had no slippage then.";
  if (directionOf(fill.slippagePercentage) === "even") return "The slippage was 0 % then.";
  return `Slippage made it ${percentExact(fill.slippagePercentage)} worse, which cost ${money(fill.slippageCost)}; it is in the price already.`;
}

/** With all its digits: 0.025 % is not 0.03 %. */
const percentExact = (value: string): string => `${quantity(value)} %`;

export function explainFill(fill: FillFieldsFragment, side: Side, step: Step): string[] {
  return [
    `${DEEDS[side][step]} ${quantity(fill.quantity)} at ${price(fill.price)}, that is ${money(fill.value)}.`,
    `It was made from ${price(fill.referencePrice)}, the price of a ${sourceOf(fill)} of ${momentOf(fill.priceTime)}.`,
    ...(fill.gapped
      ? [
          "The price had jumped past the level that triggered it: the fill is at the price that there was, not at the level.",
        ]
      : []),
    slippageOf(fill),
    `The commission was ${money(fill.commission)}: ${price(fill.commissionPerShare)} for each unit of the signal's size.`,
    `Version ${fill.modelVersion} of the rules for fills made it.`,
  ];
}
