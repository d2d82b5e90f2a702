// A strict reader of Prometheus' text format: every line is one that the format knows, or it throws.

/** One value with its labels. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric: what `# HELP` and `# TYPE` say of it, and its samples. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const HELP = new RegExp(`^# HELP (${NAME}) (\\S.*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;
/** Samples of a histogram or a summary have names of their own. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/** The metrics of a page by their names. Throws at the first line that is not of the format, and at a sample said twice. */
export function readExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family & { readonly samples: Sample[] }>();
  const seen = new Set<string>();
  let help: { readonly name: string; readonly help: string } | undefined;
  let family: (Family & { readonly samples: Sample[] }) | undefined;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, helpName, helpText] = HELP.exec(line) ?? [];
    if (helpName !== undefined && helpText !== undefined) {
      help = { name: helpName, help: helpText };
      continue;
    }
    const [, typeName, type] = TYPE.exec(line) ?? [];
    if (typeName !== undefined && type !== undefined) {
      if (help?.name !== typeName) throw new Error(`${typeName} has a type without a help before it`);
      if (families.has(typeName)) throw new Error(`${typeName} comes twice`);
      family = { ...help, type, samples: [] };
      families.set(typeName, family);
      continue;
    }
    const sample = readSample(line);
    const isOwn = family && SUFFIXES[family.type]?.some((suffix) => sample.name === `${family?.name}${suffix}`);
    if (family === undefined || !isOwn) throw new Error(`a sample of another metric: ${line}`);
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(key)) throw new Error(`a sample comes twice: ${line}`);
    seen.add(key);
    family.samples.push(sample);
  }
  return families;
}

function readSample(line: string): Sample {
  const [, name, inner, text] = SAMPLE.exec(line) ?? [];
  // Prometheus reads numbers as Go does, to whom NaN is NaN however it is written.
  const isNan = text?.toLowerCase() === "nan";
  const value = text === "+Inf" ? Number.POSITIVE_INFINITY : Number(text);
  if (name === undefined || text === undefined || Number.isNaN(value) !== isNan) {
    throw new Error(`not a line of the format: ${line}`);
  }
  return { name, labels: inner === undefined ? {} : readLabels(inner, line), value };
}

function readLabels(inner: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = inner; rest !== ""; ) {
    const [whole, name, value] = LABEL.exec(rest) ?? [];
    if (whole === undefined || name === undefined || value === undefined || name in labels) {
      throw new Error(`not labels of the format: ${line}`);
    }
    labels[name] = value;
    rest = rest.slice(whole.length);
  }
  return labels;
}

/** The value of a sample with at least these labels; 0 where there is none, as a counter that never moved. */
export function amountOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ""));
  if (family === undefined) throw new Error(`there is no metric ${name}`);
  return family.samples
    .filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((sum, { value }) => sum + value, 0);
}
