// The scalars: exact decimals and times as text, cursors of the log, and free JSON.
import { GraphQLError, Kind, type ValueNode, valueFromASTUntyped } from "graphql";
import { builder } from "./builder.ts";
import { parseDateTime } from "./dateTime.ts";

const DECIMAL_TEXT_LENGTH_MAX = 64;
const CURSOR_TEXT_LENGTH_MAX = 64;

/** A decimal of the desk's, Prisma's (another class), or the text of a record. */
type DecimalOutput = string | { toFixed(): string; isZero(): boolean };

export type ScalarTypes = {
  Decimal: { Input: string; Output: DecimalOutput };
  DateTime: { Input: Date; Output: Date | string };
  LogCursor: { Input: string; Output: string };
  JSON: { Input: unknown; Output: unknown };
};

builder.scalarType("Decimal", {
  description:
    'An exact decimal as a string, such as "150.03": up to 20 digits and up to 8 decimals, no exponent, no plus sign. ' +
    `Anything but a string, or one longer than ${DECIMAL_TEXT_LENGTH_MAX} characters, is a request error; whether the ` +
    "text is a decimal within its bounds is judged for each item, so that one bad item of a batch does not stop the others.",
  serialize: (value) => formatDecimal(value as DecimalOutput),
  parseValue: (value) => shortText("Decimal", 'a string such as "150.03"', DECIMAL_TEXT_LENGTH_MAX, value),
  parseLiteral: (node) =>
    shortText("Decimal", 'a string such as "150.03"', DECIMAL_TEXT_LENGTH_MAX, textOf(node), node),
});

builder.scalarType("DateTime", {
  description:
    'A moment in ISO 8601. Out: UTC with milliseconds, such as "2024-03-01T14:30:00.000Z". In: RFC 3339, with a time ' +
    'zone ("Z" or an offset such as "-05:00"); what is finer than milliseconds is cut off.',
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  parseValue: (value) => readDateTime(value),
  parseLiteral: (node) => readDateTime(textOf(node), node),
});

builder.scalarType("LogCursor", {
  description:
    "An opaque place in one account's log. Events have one each; `Account.cursor` is the log's head. A subscription " +
    "that begins after a cursor misses nothing that came later, and sees nothing twice.",
  serialize: String,
  parseValue: (value) => shortText("LogCursor", "a string", CURSOR_TEXT_LENGTH_MAX, value),
  parseLiteral: (node) => shortText("LogCursor", "a string", CURSOR_TEXT_LENGTH_MAX, textOf(node), node),
});

builder.scalarType("JSON", {
  description: "Any JSON value, kept as it is.",
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

function formatDecimal(value: DecimalOutput): string {
  if (typeof value === "string") return value === "-0" ? "0" : value;
  return value.isZero() ? "0" : value.toFixed();
}

/** `node` is where a literal stands in the document: its error tells the place. */
function readDateTime(value: unknown, node: ValueNode | null = null): Date {
  const time = typeof value === "string" ? parseDateTime(value) : undefined;
  if (time !== undefined) return time;
  const rule = 'DateTime must be an RFC 3339 date and time with a zone, such as "2024-03-01T14:30:00Z"';
  throw new GraphQLError(rule, { nodes: node });
}

/** Text of bounded length, judged no further here. */
function shortText(
  scalar: string,
  what: string,
  lengthMax: number,
  value: unknown,
  node: ValueNode | null = null,
): string {
  if (typeof value === "string" && value.length <= lengthMax) return value;
  const given = typeof value === "string" ? `one of ${value.length}` : "something else";
  throw new GraphQLError(`${scalar} must be ${what}, of at most ${lengthMax} characters, and not ${given}`, {
    nodes: node,
  });
}

function textOf(node: ValueNode): string | undefined {
  return node.kind === Kind.STRING ? node.value : undefined;
}
