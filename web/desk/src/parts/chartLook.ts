// What the charts have in common: the page's own colours.
import type { ChartOptions, DeepPartial } from "lightweight-charts";

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
