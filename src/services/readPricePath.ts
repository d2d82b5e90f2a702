// Reading how the price of a position went while it was held.
import type { PositionKey, PricePoint } from "../ports.ts";
import type { Reads, StoredRows } from "../readPorts.ts";
import type { Desk, Viewer } from "./desk.ts";

/** What is asked about: a position of the viewer's, and the time from its entry to its close, if it is closed. */
export interface HeldPosition extends PositionKey {
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number | undefined;
}

export interface HeldPrices {
  /** The time of the first price of its symbol that this process took; undefined where there is none. */
  readonly knownFromMs: number | undefined;
  readonly points: readonly PricePoint[];
}

const NOTHING_KNOWN: HeldPrices = { knownFromMs: undefined, points: [] };

/** The prices of a position. One of a backtest has none: the desk's prices are not those that it had. */
export async function readPricePath(
  { paths }: Pick<Desk, "paths">,
  reads: Pick<Reads<StoredRows>, "findHead">,
  { owner }: Viewer,
  { accountId, symbol, fromMs, toMs }: HeldPosition,
): Promise<HeldPrices> {
  if ((await reads.findHead(owner, accountId)) === undefined) return NOTHING_KNOWN;
  const points = paths?.pointsOf(symbol) ?? [];
  return { knownFromMs: points[0]?.timeMs, points: pointsWithin(points, fromMs, toMs) };
}

/**
 * The points whose last price came from `fromMs` to `toMs`, both included. The first stands for earlier prices too, unless
 * it is the path's own first: only its last one is left of it.
 */
export function pointsWithin(points: readonly PricePoint[], fromMs: number, toMs = Infinity): PricePoint[] {
  const [first, ...rest] = points.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
  if (first === undefined) return [];
  return [first === points[0] ? first : { ...first, low: first.price, high: first.price }, ...rest];
}
