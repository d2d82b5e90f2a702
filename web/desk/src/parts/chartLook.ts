// What the charts have in common: the page's own colours, and time as they take it.
import type { ChartOptions, DeepPartial, UTCTimestamp } from "lightweight-charts";

/** A colour by its role, as the present theme has it. */
export function colour(role: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(role).trim();
}

export function chartColours(): DeepPartial<ChartOptions> {
  return {
    layout: { background: { color: colour("--surface") }, textColor: colour("--muted"), attributionLogo: false },
    grid: { vertLines: { color: colour("--edge") }, horzLines: { color: colour("--edge") } },
  };
}

/** One value a second: charts take each time once. */
export function secondOf(time: string): UTCTimestamp {
  return Math.floor(Date.parse(time) / 1000) as UTCTimestamp;
}
