// An open position as a row of the table, which stays the same while the position moves: exact texts, and floats to sort by.
import type { PositionFieldsFragment } from "@papertape/client";
import { markRaw, type ShallowRef, shallowRef } from "vue";
import { distanceOf } from "../format/distances.ts";
import { drawn, percent } from "../format/numbers.ts";

/** Worked out when it is asked for. Who asks is asked to draw again when the position has moved, and nobody else. */
export class PositionRow {
  readonly id: string;
  readonly symbol: string;
  readonly side: PositionFieldsFragment["side"];
  readonly entryPrice: string;
  readonly entryTime: string;
  private readonly newest: ShallowRef<PositionFieldsFragment>;

  constructor(position: PositionFieldsFragment) {
    markRaw(this);
    this.id = position.id;
    this.symbol = position.symbol;
    this.side = position.side;
    this.entryPrice = position.entryPrice;
    this.entryTime = position.entryTime;
    this.newest = shallowRef(position);
  }

  get position(): PositionFieldsFragment {
    return this.newest.value;
  }

  move(position: PositionFieldsFragment): void {
    this.newest.value = position;
  }

  get toStop(): string {
    return percent(this.stopDistance);
  }

  get toTarget(): string {
    return percent(this.targetDistance);
  }

  get pnlOrder(): number {
    return drawn(this.position.unrealizedPnl);
  }

  get toStopOrder(): number {
    return drawn(this.stopDistance ?? "");
  }

  get toTargetOrder(): number {
    return drawn(this.targetDistance ?? "");
  }

  private get stopDistance() {
    return distanceOf(this.position.currentPrice, this.position.stopLoss);
  }

  /** To target 2 where target 1 has closed its part. */
  private get targetDistance() {
    const { quantity, remainingQuantity, target1, target2, currentPrice } = this.position;
    return distanceOf(currentPrice, target2 !== null && remainingQuantity !== quantity ? target2 : target1);
  }
}

/** The rows of positions: those of before that are still open, moved, and new ones. The same list where it has not changed. */
export function moveRows(before: readonly PositionRow[], positions: readonly PositionFieldsFragment[]) {
  const known = new Map(before.map((row) => [row.id, row]));
  const rows = positions.map((position) => {
    const row = known.get(position.id) ?? new PositionRow(position);
    row.move(position);
    return row;
  });
  return rows.length === before.length && rows.every((row, index) => row === before[index]) ? before : rows;
}
