// Walks the schema for every argument and input field that can name something, and writes the operations that fill them.
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from "graphql";
import { schema } from "../../../schema/index.ts";
import type { Belongings } from "./twoOwners.ts";

/** What a slot takes: the id of something, or any of the ids that `node` takes, or a place in a list. */
export type Taken = Exclude<keyof Belongings, "otherAccount" | "trade" | "signal"> | "node" | "listCursor";

/** Types whose values can name something: one of these that is not told here is a fault of the walk. */
const NAMING_TYPES = new Set(["ID", "String", "Int", "LogCursor"]);

const TAKEN: Readonly<Record<string, Taken>> = {
  "ID account": "account",
  "ID accounts": "account",
  "ID position": "position",
  "ID backtest": "backtest",
  "ID dataSet": "dataSet",
  "ID dataSets": "dataSet",
  "ID apiKey": "apiKey",
  "LogCursor after": "logCursor",
  "String after": "listCursor",
  "String before": "listCursor",
};

/** Those that mean another thing than their name says elsewhere. */
const TAKEN_AT: Readonly<Record<string, Taken>> = {
  "Query.node id": "node",
  "Query.backtest id": "backtest",
  "Query.signal signalId": "signalId",
};

/** Words and numbers that name nothing which another owner could have: each is looked for in what is one's own. */
const NAMELESS = new Set(
  `String symbol, String symbols, String name, String confirmation, String requestId, String signalId, String source,
   String phase, String timeframe, String campaignId, Int first, Int last, Int points, Int session, Int maxPriceAge,
   Int confidence, Int schemaVersion, Int intervalSeconds, Int totalTrades, Int entryBars, Int rangeBars`
    .split(",")
    .map((text) => text.trim()),
);

type Root = "query" | "mutation" | "subscription";

/** One place in the schema that takes the name of something. */
export interface Slot {
  /** Mutation.disable input.account */
  readonly name: string;
  readonly takes: Taken;
  /** The field of a root that leads to it. */
  readonly field: string;
  /** An operation with this value in the slot, and nothing that can be left out elsewhere. */
  operation(value: string, own: Belongings): string;
}

const ROOTS: readonly (readonly [Root, string])[] = [
  ["query", "Query"],
  ["subscription", "Subscription"],
  ["mutation", "Mutation"],
];

/** How one comes to fields with arguments below the roots. */
const WAYS: Readonly<Record<string, (own: Belongings, call: string) => string>> = {
  "Report.backtestComparison": (_own, call) => `{ report { ${call} } }`,
  ...Object.fromEntries(
    ["positions", "signals", "trades", "breakdown", "equityCurve"].map((field) => [
      `Backtest.${field}`,
      (own: Belongings, call: string) => `{ backtest(id: ${JSON.stringify(own.backtest)}) { ${call} } }`,
    ]),
  ),
  "Report.breakdown": (_own, call) => `{ report { ${call} } }`,
};

/** All slots. Throws where an argument or input field is new to the walk: say there what it takes. */
export function findSlots(): Slot[] {
  const unknown: string[] = [];
  const slots: Slot[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(isObjectType(type) || isInterfaceType(type)) || type.name.startsWith("__")) continue;
    const root = ROOTS.find(([, name]) => name === type.name)?.[0];
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const way = root === undefined ? WAYS[coordinate] : (_own: Belongings, call: string) => `${root} { ${call} }`;
      if (way === undefined && field.args.length > 0) unknown.push(`${coordinate} (how one comes to it)`);
      for (const path of pathsOf(field.args, [])) {
        const found = takenAt(coordinate, path);
        if (found === "unknown") unknown.push(`${coordinate} ${nameOf(path)}`);
        else if (found !== undefined && way !== undefined) {
          slots.push({
            name: `${coordinate} ${nameOf(path)}`,
            takes: found,
            field: coordinate,
            operation: (value, own) => way(own, `${callOf(field, path, value, own)} ${selectionOf(field.type, 2)}`),
          });
        }
      }
    }
  }
  if (unknown.length > 0) throw new Error(`the walk does not know what these take: ${unknown.join("; ")}`);
  return slots;
}

type Given = GraphQLArgument | GraphQLInputField;
type Path = readonly Given[];

const nameOf = (path: Path): string => path.map(({ name }) => name).join(".");

/** The ways from arguments down to values that are no input objects. */
function pathsOf(given: readonly Given[], above: Path): Path[] {
  return given.flatMap((one) => {
    const path = [...above, one];
    const type = getNamedType(one.type);
    return isInputObjectType(type) ? pathsOf(Object.values(type.getFields()), path) : [path];
  });
}

function takenAt(coordinate: string, path: Path): Taken | "unknown" | undefined {
  const last = path.at(-1);
  const type = last && getNamedType(last.type).name;
  const key = `${type} ${last?.name}`;
  if (type === undefined || !NAMING_TYPES.has(type)) return undefined;
  return TAKEN_AT[`${coordinate} ${nameOf(path)}`] ?? TAKEN[key] ?? (NAMELESS.has(key) ? undefined : "unknown");
}

/** The field with `value` at the end of `path`, and of everything else only what must be there. */
function callOf(field: GraphQLField<unknown, unknown>, path: Path, value: string, own: Belongings): string {
  const args = field.args
    .filter((arg) => arg === path[0] || isRequiredArgument(arg))
    .map((arg) => `${arg.name}: ${literalOf(arg, arg === path[0] ? path : [], value, own)}`);
  return `${field.name}(${args.join(", ")})`;
}

const PRICES: Readonly<Record<string, string>> = { stopLoss: '"95"', target1: '"110"', entryPrice: '"100"' };

function literalOf({ name, type: given }: Given, path: Path, value: string, own: Belongings): string {
  const fill = (type: GraphQLInputType): string => {
    if (isNonNullType(type)) return fill(type.ofType);
    if (isListType(type)) return `[${fill(type.ofType)}]`;
    if (isEnumType(type)) return type.getValues()[0]?.name ?? "";
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((one) => one === path[1] || isRequiredInputField(one));
      const filled = fields.map(
        (one) => `${one.name}: ${literalOf(one, one === path[1] ? path.slice(1) : [], value, own)}`,
      );
      return `{ ${filled.join(", ")} }`;
    }
    if (path.length === 1) return JSON.stringify(value);
    if (type.name === "ID") return JSON.stringify(own[TAKEN[`ID ${name}`] as keyof Belongings] ?? own.backtest);
    if (type.name === "Int") return "1";
    if (type.name === "Boolean") return "true";
    if (type.name === "DateTime") return '"2020-01-01T00:00:00Z"';
    return PRICES[name] ?? (name === "symbol" ? '"ACME"' : '"1"');
  };
  return fill(given);
}

/** What changes from one answer to the next, whoever asks. */
const CHANGING = new Set(["secret", "prefix", "generatedAt", "createdAt"]);

/** Everything that can be asked for without arguments, down to some levels. */
function selectionOf(output: GraphQLOutputType, levels: number): string {
  const type = getNamedType(output);
  if (isLeafType(type)) return "";
  if (isUnionType(type)) {
    const members = type.getTypes().map((one) => `... on ${one.name} ${selectionOf(one, levels)}`);
    return `{ __typename ${levels > 0 ? members.join(" ") : ""} }`;
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return "";
  const fields = Object.values(type.getFields()).filter(
    ({ name, args, type: of }) =>
      !args.some(isRequiredArgument) && !CHANGING.has(name) && (isLeafType(getNamedType(of)) || levels > 0),
  );
  return `{ __typename ${fields.map((field) => `${field.name} ${selectionOf(field.type, levels - 1)}`).join(" ")} }`;
}
