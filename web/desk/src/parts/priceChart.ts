// The chart of a position's price: its line, the lines of its extremes, its levels, and marks at its entry and exits.
import {
  type AutoscaleInfo,
  createChart,
  createSeriesMarkers,
  type IPriceLine,
  type LineData,
  LineSeries,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
  type WhitespaceData,
} from "lightweight-charts";
import { drawn } from "../format/numbers.ts";
import { type Cell, cellSecond, cellsOf, drawnPoint, type PathPoint } from "../format/pricePath.ts";
import { chartColours, colour } from "./chartLook.ts";

/** A price that matters, at which a line is drawn; its role names a colour. */
export interface PriceLevel {
  readonly title: string;
  readonly price: string;
  readonly role: string;
  readonly isDotted?: boolean;
}

/** A moment that is marked. */
export interface PriceMark extends Pick<SeriesMarker<Time>, "position" | "shape" | "text"> {
  readonly moment: string;
  readonly role: string;
}

export type PriceChart = ReturnType<typeof createPriceChart>;

/** A chart whose prices have so many decimals, and in which the levels are always in sight. */
export function createPriceChart(place: HTMLElement, decimals: number) {
  const chart = createChart(place, {
    autoSize: true,
    timeScale: { timeVisible: true, secondsVisible: true },
    // From the beginning: the logo comes with a style element that the page's security policy refuses. The name is below.
    layout: { attributionLogo: false },
  });
  let levels: readonly PriceLevel[] = [];
  let lines: IPriceLine[] = [];
  const EXTREME = {
    lineWidth: 1,
    lastValueVisible: false,
    priceLineVisible: false,
    crosshairMarkerVisible: false,
  } as const;
  const lows = chart.addSeries(LineSeries, EXTREME);
  const highs = chart.addSeries(LineSeries, EXTREME);
  const prices = chart.addSeries(LineSeries, {
    lineWidth: 2,
    lastValueVisible: true,
    priceLineVisible: false,
    autoscaleInfoProvider: (own: () => AutoscaleInfo | null) => withLevels(own(), levels),
    priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals },
  });
  const markers = createSeriesMarkers(prices, []);

  /** Whoever has moved the chart keeps what they look at. */
  let isMoved = false;
  function fit(): void {
    if (!isMoved) chart.timeScale().fitContent();
  }
  // Its width is known only later, and changes with the page's.
  chart.timeScale().subscribeSizeChange(fit);

  return {
    drawPath(points: readonly PathPoint[], marks: readonly PriceMark[]): void {
      const cells = cellsOf(points);
      prices.setData(dataOf(cells, "price"));
      lows.setData(dataOf(cells, "low"));
      highs.setData(dataOf(cells, "high"));
      const markAt = ({ moment, role, ...mark }: PriceMark): SeriesMarker<Time> =>
        ({ ...mark, time: cellSecond(cells, moment) as UTCTimestamp, color: colour(role) }) as SeriesMarker<Time>;
      markers.setMarkers(marks.map(markAt));
      fit();
    },
    drawLevels(wanted: readonly PriceLevel[]): void {
      levels = wanted;
      for (const line of lines) prices.removePriceLine(line);
      lines = levels.map(({ title, price, role, isDotted = false }) =>
        prices.createPriceLine({
          price: drawn(price),
          title,
          color: colour(role),
          lineStyle: isDotted ? LineStyle.Dotted : LineStyle.Dashed,
          lineWidth: 1,
          axisLabelVisible: true,
        }),
      );
    },
    /** Takes on the colours of the present theme; levels and marks have theirs when they are drawn. */
    paint(): void {
      chart.applyOptions(chartColours());
      prices.applyOptions({ color: colour("--accent") });
      for (const extreme of [lows, highs]) extreme.applyOptions({ color: `${colour("--accent")}66` });
    },
    keepPlace(): void {
      isMoved = true;
    },
    remove: () => chart.remove(),
  };
}

function dataOf(cells: readonly Cell[], what: "price" | "low" | "high"): (LineData | WhitespaceData)[] {
  return cells.map(({ second, point }) => {
    const time = second as UTCTimestamp;
    return point === undefined ? { time } : { time, value: drawnPoint(point)[what] };
  });
}

function withLevels(own: AutoscaleInfo | null, levels: readonly PriceLevel[]): AutoscaleInfo | null {
  const values = levels.map(({ price }) => drawn(price));
  const range = own?.priceRange;
  return {
    ...own,
    priceRange: {
      minValue: Math.min(...values, range?.minValue ?? Number.POSITIVE_INFINITY),
      maxValue: Math.max(...values, range?.maxValue ?? Number.NEGATIVE_INFINITY),
    },
  };
}
