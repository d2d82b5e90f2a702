// What the API's schema says of settings and strategies, for the forms: read when the dashboard is built, so that they agree.
import { readFileSync } from "node:fs";
import { buildSchema, isInputObjectType } from "graphql";
import type { Plugin } from "vite";

const MODULE = "virtual:settings";
const RESOLVED = `\0${MODULE}`;
const SCHEMA = new URL("../../schema/schema.graphql", import.meta.url);

export interface SettingText {
  readonly name: string;
  readonly kind: "decimal" | "integer" | "boolean";
  /** What it means, as a sentence. */
  readonly meaning: string;
  /** The bounds as the schema has them: "above 0, at most 100". */
  readonly bounds: string;
  readonly lowest: string | undefined;
  readonly highest: string | undefined;
  /** Whether the lowest itself is allowed. */
  readonly withLowest: boolean;
  /** What it is where nobody has set it. */
  readonly usual: string;
}

const KINDS = { Decimal: "decimal", Int: "integer", Boolean: "boolean" } as const;

/** "…: 2 to 500; 20 by default", "…: above 0, at most 1; 0.5 by default". */
const BOUNDED = /^(.*): (?:([\d.]+) to ([\d.]+)|above ([\d.]+), at most ([\d.]+)); ([\d.]*\d) by default/;

/** Throws where a description has another form: the form would show no bounds then. */
function readSetting(place: string, type: string, description: string): SettingText {
  const name = place.slice(place.indexOf(".") + 1);
  const kind = KINDS[type as keyof typeof KINDS];
  if (kind === "boolean") {
    const meaning = description.replace(/[.;] (True|False) by default\.$/i, ".");
    const usual = String(/ true by default\.$/i.test(description));
    return { name, kind, meaning, bounds: "", lowest: undefined, highest: undefined, withLowest: true, usual };
  }
  const found = BOUNDED.exec(description);
  if (kind === undefined || found === null) throw new Error(`${place} says its bounds in another way: ${description}`);
  const [, meaning = "", from, to, above, most, usual = ""] = found;
  const bounds = from === undefined ? `above ${above}, at most ${most}` : `${from} to ${to}`;
  return {
    name,
    kind,
    meaning: `${meaning}.`,
    bounds,
    lowest: from ?? above,
    highest: to ?? most,
    withLowest: from !== undefined,
    usual,
  };
}

function readInput(input: string, left: readonly string[] = []): SettingText[] {
  const type = buildSchema(readFileSync(SCHEMA, "utf8")).getType(input);
  if (!isInputObjectType(type)) throw new Error(`the schema has no ${input}`);
  const fields = Object.values(type.getFields()).filter(({ name }) => !left.includes(name));
  const read: SettingText[] = [];
  for (const { name, type: kind, description } of fields) {
    // "Target 2 likewise, …;" has the bounds of the field before it.
    const told = (description ?? "").replace(/( likewise[^:;]*);/, `$1: ${read.at(-1)?.bounds};`);
    read.push(readSetting(`${input}.${name}`, String(kind), told));
  }
  return read;
}

export const readSettings = (): SettingText[] => readInput("SettingsInput");

/** Its name and asset class are chosen, not typed. */
export const readStrategy = (): SettingText[] => readInput("StrategyInput", ["name", "assetClass"]);

/** The module `virtual:settings`. */
export function settingTexts(): Plugin {
  return {
    name: "settings-of-the-schema",
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load: (id) =>
      id === RESOLVED
        ? `export const SETTINGS = ${JSON.stringify(readSettings())};
export const STRATEGY = ${JSON.stringify(readStrategy())};`
        : undefined,
  };
}
