// What makes two signals with one id the same: their content in a canonical form (domain.md 3, "Exactly once").
import { type Decimal, formatDecimal } from "./decimal.ts";
import type { Signal } from "./signal.ts";

/**
 * Every field of the signal but `marketPrice`, `generatedAt` and `source` as one canonical text: defaults filled in,
 * decimals normalized (`1.0` is `1`), keys of free JSON in order. Equal texts mean equal content.
 */
export function signalContent(signal: Signal): string {
  const { marketPrice: _price, generatedAtMs: _time, source: _source, trailingStop, ...content } = signal;
  return JSON.stringify(
    canonical({
      ...content,
      entryPrice: formatDecimal(content.entryPrice),
      stopLoss: formatDecimal(content.stopLoss),
      target1: formatDecimal(content.target1),
      target2: formatOptional(content.target2),
      positionSize: formatOptional(content.positionSize),
      leverage: formatDecimal(content.leverage),
      trailingStop: trailingStop && [formatDecimal(trailingStop.activation), formatDecimal(trailingStop.offset)],
    }),
  );
}

function formatOptional(value: Decimal | null): string | null {
  return value && formatDecimal(value);
}

function canonical(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(canonical);
  if (typeof json !== "object" || json === null) return json;
  const entries = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, canonical(value)]));
}
