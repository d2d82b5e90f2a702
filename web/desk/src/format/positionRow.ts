// An open position as a row of the table: exact texts to show, nearest floats to sort by. Worked out when it is asked for.
import type { PositionFieldsFragment } from "@papertape/client";
import { distanceOf } from "./distances.ts";
import { drawn, percent } from "./numbers.ts";

export class PositionRow {
  readonly position: PositionFieldsFragment;
  readonly id: string;
  readonly symbol: string;
  readonly entered: string;

  constructor(position: PositionFieldsFragment) {
    this.position = position;
    this.id = position.id;
    this.symbol = position.symbol;
    this.entered = position.entryTime;
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
