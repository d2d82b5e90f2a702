// The words that signals, positions and trades have in common.
import { textEnum } from "./enums.ts";

export const AssetClass = textEnum("AssetClass", "What kind of thing a symbol is.", {
  STOCK: "Sized in SHARES; leverage up to 2.",
  FOREX: "A currency pair XXX/USD, sized in LOTS; leverage up to 500.",
  CRYPTO: "Sized in SHARES or CONTRACTS; leverage up to 10.",
});

export const PatternType = textEnum("PatternType", "The Wyckoff pattern behind a signal.", {
  SPRING: "A false break below support: LONG.",
  SOS: "A sign of strength: LONG.",
  LPS: "The last point of support: LONG.",
  UTAD: "An upthrust after distribution: SHORT.",
});

export const Side = textEnum("Side", "Which way a trade gains.", {
  LONG: "It buys first, and gains when the price rises.",
  SHORT: "It sells first, and gains when the price falls.",
});

export const PositionSizeUnit = textEnum("PositionSizeUnit", "The unit of a size.", {
  SHARES: "1 unit.",
  LOTS: "100,000 units of the first currency of a pair.",
  CONTRACTS: "1 unit.",
});
