// What the objects of the store look like to resolvers: rows as they were read, or the records that an event brought.
import type { Decimal } from "../src/domain/decimal.ts";
import type { DeliveryRecord } from "../src/domain/deliveryRecord.ts";
import type { TradeRecord } from "../src/domain/records.ts";
import type { StoredRow } from "./builder.ts";

/** Records have the fields of rows, with decimals and times as text. */
type RecordValue<Value> = Value extends number ? Value : Value extends Date | { toFixed(): string } ? string : Value;
type RowOrRecord<Row> = { readonly [Field in keyof Row]: Row[Field] | RecordValue<Row[Field]> };

/** What the teller of a position knows beside its record; a position that was read has the board's price instead. */
export interface Told {
  /** The price, and its market time, for all fields that depend on one. */
  readonly price: string | Decimal;
  readonly priceTime: Date | string;
  /** The position's newest trade, where that is what the event tells. */
  readonly newestTrade?: TradeRecord;
}

export type PositionParent = RowOrRecord<StoredRow<"Position">> & { readonly told?: Told };

export type TradeParent = RowOrRecord<StoredRow<"Trade">> & { readonly position?: PositionParent };

/** Large columns that the API does not show are not read either. */
type SignalColumns = Omit<StoredRow<"Signal">, "contentHash" | "patternData" | "volumeAnalysis">;

export type SignalParent = RowOrRecord<SignalColumns> & {
  readonly position?: PositionParent | null;
  /** Its delivery to the live route, where that is told with it. */
  readonly delivery?: DeliveryRecord;
};

/** The rows that the store's reads answer. */
export interface ParentRows {
  readonly position: PositionParent;
  readonly trade: TradeParent;
  readonly signal: SignalParent;
}
