// The bars of a file in columns: a million of them in some 60 MB, where objects would take many times that.
import type { CsvBar } from "./csvRow.ts";
import { Turns } from "./turns.ts";

const FIRST_CAPACITY = 1024;
const SEGMENT_BYTES = 1024 * 1024;
/** Five decimals of at most 30 characters, and what stands between them. */
const VALUES_BYTES_MAX = 160;
const STEPS_BETWEEN_LOOKS = 1024;

/** What a bar is besides its start. */
type Values = Omit<CsvBar, "symbol" | "start">;

/** Bars in the order of their rows, each with the line it stood at; they are known by their index, from 0. */
export class BarColumns {
  count = 0;
  private starts = new Float64Array(FIRST_CAPACITY);
  private lines = new Uint32Array(FIRST_CAPACITY);
  private timed = new Uint8Array(FIRST_CAPACITY);
  /** Where the values of a bar begin in the segments, as if these were one. */
  private places = new Uint32Array(FIRST_CAPACITY);
  private lengths = new Uint8Array(FIRST_CAPACITY);
  private readonly segments: Buffer[] = [];
  private filled = SEGMENT_BYTES;

  add(bar: CsvBar, line: number, hasTimeOfDay: boolean): void {
    if (this.count === this.starts.length) this.grow();
    const index = this.count;
    this.starts[index] = bar.start.getTime();
    this.lines[index] = line;
    this.timed[index] = hasTimeOfDay ? 1 : 0;
    this.keepValues(index, `${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume ?? ""}`);
    this.count += 1;
  }

  startMs(index: number): number {
    return this.starts[index] ?? Number.NaN;
  }

  line(index: number): number {
    return this.lines[index] ?? 0;
  }

  hasTimeOfDay(index: number): boolean {
    return this.timed[index] === 1;
  }

  values(index: number): Values {
    const place = this.places[index] ?? 0;
    const from = place % SEGMENT_BYTES;
    const segment = this.segments[Math.floor(place / SEGMENT_BYTES)];
    const text = segment?.toString("latin1", from, from + (this.lengths[index] ?? 0)) ?? "";
    const [open = "", high = "", low = "", close = "", volume = ""] = text.split(",");
    return { open, high, low, close, ...(volume === "" ? {} : { volume }) };
  }

  /** The indexes in the order of the starts; bars with the same start stay in the order of their rows. */
  async orderByStart(): Promise<Uint32Array> {
    const turns = new Turns();
    let order = new Uint32Array(this.count);
    for (let index = 0; index < this.count; index += 1) order[index] = index;
    if (this.isInOrder()) return order;
    let merged = new Uint32Array(this.count);
    for (let width = 1; width < this.count; width *= 2) {
      await this.mergeRuns(order, merged, width, turns);
      [order, merged] = [merged, order];
    }
    return order;
  }

  private isInOrder(): boolean {
    for (let index = 1; index < this.count; index += 1) {
      if (this.startMs(index) < this.startMs(index - 1)) return false;
    }
    return true;
  }

  /** Merges each two neighbouring runs of sorted indexes into one twice as long. */
  private async mergeRuns(order: Uint32Array, merged: Uint32Array, width: number, turns: Turns): Promise<void> {
    let left = 0;
    let right = 0;
    for (let place = 0; place < order.length; place += 1) {
      const begin = place - (place % (2 * width));
      const middle = Math.min(begin + width, order.length);
      if (place === begin) [left, right] = [begin, middle];
      const end = Math.min(middle + width, order.length);
      const takesLeft =
        left < middle && (right >= end || this.startMs(order[left] as number) <= this.startMs(order[right] as number));
      merged[place] = order[takesLeft ? left : right] as number;
      if (takesLeft) left += 1;
      else right += 1;
      if (place % STEPS_BETWEEN_LOOKS === 0 && turns.isOver) await turns.next();
    }
  }

  private keepValues(index: number, values: string): void {
    if (values.length > VALUES_BYTES_MAX) throw new RangeError(`the values of a bar are too long: ${values}`);
    if (this.filled + values.length > SEGMENT_BYTES) {
      this.segments.push(Buffer.allocUnsafeSlow(SEGMENT_BYTES));
      this.filled = 0;
    }
    this.segments.at(-1)?.write(values, this.filled, "latin1");
    this.places[index] = (this.segments.length - 1) * SEGMENT_BYTES + this.filled;
    this.lengths[index] = values.length;
    this.filled += values.length;
  }

  private grow(): void {
    this.starts = copyInto(new Float64Array(this.count * 2), this.starts);
    this.lines = copyInto(new Uint32Array(this.count * 2), this.lines);
    this.timed = copyInto(new Uint8Array(this.count * 2), this.timed);
    this.places = copyInto(new Uint32Array(this.count * 2), this.places);
    this.lengths = copyInto(new Uint8Array(this.count * 2), this.lengths);
  }
}

function copyInto<Column extends { set(values: Column): void }>(larger: Column, column: Column): Column {
  larger.set(column);
  return larger;
}
