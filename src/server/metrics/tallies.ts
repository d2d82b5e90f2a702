// Counters that are plain numbers while the server works, and metrics when somebody looks: prom-client hashes and checks
// labels at each step, which costs more than a small operation's own share of the work.
import { Counter, Gauge, type Histogram, type Registry } from "prom-client";

/** One number of a metric: those who have it change it as they like. */
export interface Tally {
  count: number;
}

type Labels<Label extends string> = Readonly<Record<Label, string>>;

export interface TalliedMetric<Label extends string> {
  readonly name: string;
  readonly help: string;
  /** Without any, the metric is there from the start, with nothing counted. */
  readonly labelNames?: readonly Label[];
}

/** What is kept for each set of labels: made when it is asked for first, and always the same one. */
class Children<Label extends string, Child> {
  private readonly names: readonly Label[];
  private readonly make: () => Child;
  private readonly kept = new Map<string, { readonly labels: Labels<Label>; readonly child: Child }>();

  constructor(names: readonly Label[], make: () => Child) {
    this.names = names;
    this.make = make;
  }

  of(labels: Labels<Label>): Child {
    let key = "";
    for (const name of this.names) key += `${labels[name]}\n`;
    const known = this.kept.get(key);
    if (known !== undefined) return known.child;
    const child = this.make();
    this.kept.set(key, { labels, child });
    return child;
  }

  values() {
    return this.kept.values();
  }
}

/** A counter: answers the tally of the given labels, which one who counts often keeps. */
export function tallyCounter<Label extends string = never>(registry: Registry, metric: TalliedMetric<Label>) {
  return tallied(registry, metric, (config) => new Counter(config));
}

/** A gauge, the same way. */
export function tallyGauge<Label extends string = never>(registry: Registry, metric: TalliedMetric<Label>) {
  return tallied(registry, metric, (config) => new Gauge(config));
}

interface Config<Label extends string> extends TalliedMetric<Label> {
  readonly labelNames: readonly Label[];
  readonly registers: Registry[];
  readonly collect: () => void;
}

/** What counters and gauges have in common. */
interface Shown<Label extends string> {
  reset(): void;
  inc(labels: Labels<Label>, value: number): void;
}

function tallied<Label extends string>(
  registry: Registry,
  metric: TalliedMetric<Label>,
  show: (config: Config<Label>) => Shown<Label>,
): (labels: Labels<Label>) => Tally {
  const { labelNames = [] } = metric;
  const tallies = new Children<Label, Tally>(labelNames, () => ({ count: 0 }));
  const collect = (): void => {
    shown.reset();
    for (const { labels, child } of tallies.values()) shown.inc(labels, child.count);
  };
  const shown = show({ ...metric, labelNames, registers: [registry], collect });
  return (labels) => tallies.of(labels);
}

/** How often values were at most each bound, and their sum. */
export class Buckets {
  readonly bounds: readonly number[];
  /** Values that are above the bound before and not above this one; the last is for those above all bounds. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let place = 0;
    while (place < bounds.length && value > (bounds[place] ?? 0)) place += 1;
    counts[place] = (counts[place] ?? 0) + 1;
    this.sum += value;
  }
}

/** A histogram: answers the buckets of the given labels, which one who observes often keeps. */
export function tallyHistogram<Label extends string = never>(
  registry: Registry,
  metric: TalliedMetric<Label> & { readonly buckets: readonly number[] },
): (labels: Labels<Label>) => Buckets {
  const { name, help, labelNames = [], buckets } = metric;
  const children = new Children<Label, Buckets>(labelNames, () => new Buckets(buckets));
  if (labelNames.length === 0) children.of({} as Labels<Label>);
  const shown = {
    name,
    get: async () => {
      const values = [...children.values()].flatMap(({ labels, child }) => samplesOf(name, labels, child));
      return { name, help, type: "histogram", values, aggregator: "sum" };
    },
  };
  // The registry asks what is registered for its name and by `get`, and its own histograms can only be told single values.
  registry.registerMetric(shown as unknown as Histogram);
  return (labels) => children.of(labels);
}

/** The samples of one set of labels as prom-client writes them: each bucket holds those below it too. */
function samplesOf(name: string, labels: object, { bounds, counts, sum }: Buckets) {
  let below = 0;
  const samples = [...bounds, "+Inf"].map((le, place) => {
    below += counts[place] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below };
  });
  return [
    ...samples,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: below },
  ];
}
