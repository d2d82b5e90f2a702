// From Prisma's rows to the desk's records: decimals and times become text, exactly.

type RecordValue<Value> = Value extends { toFixed(): string }
  ? Value extends number
    ? Value
    : string
  : Value extends Date
    ? string
    : Value extends bigint
      ? number
      : Value;

/** A row of Prisma's as a record. */
export type RowRecord<Row> = { [Field in keyof Row]: RecordValue<Row[Field]> };

/** The record of a row: decimals by `toFixed` (no digit is lost), times as ISO text, big integers as numbers. */
export function toRecord<Row extends object>(row: Row): RowRecord<Row> {
  return Object.fromEntries(Object.entries(row).map(([field, value]) => [field, recordValue(value)])) as RowRecord<Row>;
}

function recordValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return Number(value);
  return isDecimal(value) ? value.toFixed() : value;
}

function isDecimal(value: unknown): value is { toFixed(): string } {
  return typeof value === "object" && value !== null && "toFixed" in value && typeof value.toFixed === "function";
}
