// What the API's schema says of the settings, for the form: read when the dashboard is built, so that the two agree.
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
}

const KINDS = { Decimal: "decimal", Int: "integer", Boolean: "boolean" } as const;

/** Throws where a description has another form: the form would show no bounds then. */
function readSetting(name: string, type: string, description: string): SettingText {
  const kind = KINDS[type as keyof typeof KINDS];
  if (kind === "boolean") {
    const meaning = description.replace(/ (True|False) by default\.$/, "");
    return { name, kind, meaning, bounds: "", lowest: undefined, highest: undefined, withLowest: true };
  }
  const found = /^(.*): (?:([\d.]+) to ([\d.]+)|above ([\d.]+), at most ([\d.]+)); [\d.]+ by default/.exec(description);
  if (kind === undefined || found === null)
    throw new Error(`SettingsInput.${name} says its bounds in another way: ${description}`);
  const [, meaning = "", from, to, above, most] = found;
  const bounds = from === undefined ? `above ${above}, at most ${most}` : `${from} to ${to}`;
  return {
    name,
    kind,
    meaning: `${meaning}.`,
    bounds,
    lowest: from ?? above,
    highest: to ?? most,
    withLowest: from !== undefined,
  };
}

export function readSettings(): SettingText[] {
  const type = buildSchema(readFileSync(SCHEMA, "utf8")).getType("SettingsInput");
  if (!isInputObjectType(type)) throw new Error("the schema has no SettingsInput");
  return Object.values(type.getFields()).map(({ name, type: kind, description }) =>
    readSetting(name, String(kind), description ?? ""),
  );
}

/** The module `virtual:settings`. */
export function settingTexts(): Plugin {
  return {
    name: "settings-of-the-schema",
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? `export const SETTINGS = ${JSON.stringify(readSettings())};` : undefined),
  };
}
