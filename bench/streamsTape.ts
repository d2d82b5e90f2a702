// Events of accounts told again and again, with the numbers that follow: their database's speed is not what is measured.
import type { EventRecord } from "../src/domain/records.ts";
import type { BenchDesk } from "./support.ts";

export class Tape {
  private readonly made: ReadonlyMap<string, readonly EventRecord[]>;
  private readonly desk: BenchDesk | undefined;
  private told = 0;

  /**
   * Takes the last two events of each account, by account id. Where a desk is given, what is told is written to its log
   * first: a server that has given up an event finds it there. It is not to commit to these accounts again.
   */
  constructor(made: ReadonlyMap<string, readonly EventRecord[]>, desk: BenchDesk | undefined) {
    this.made = made;
    this.desk = desk;
  }

  /** The next events of each account. */
  async next(count: number): Promise<EventRecord[][]> {
    const from = this.told + 1;
    this.told += count;
    if (this.desk !== undefined) await this.write(this.desk, from, this.told);
    const places = Array.from({ length: count }, (_, index) => from + index);
    return [...this.made.values()].map((made) => places.map((place) => eventAt(made, place)));
  }

  private async write({ database }: BenchDesk, from: number, to: number): Promise<void> {
    await database.prisma.$executeRaw`
      INSERT INTO events (account_id, sequence, type, payload, market_time, recorded_at)
      SELECT account_id, accounts.sequence + place, type, payload, market_time, recorded_at
      FROM accounts CROSS JOIN generate_series(${from}::int, ${to}::int) AS place JOIN events USING (account_id)
      WHERE account_id = ANY (${[...this.made.keys()]}::uuid[]) AND events.sequence = accounts.sequence - place % 2`;
  }
}

/** The last but one, the last, and so on. */
function eventAt(made: readonly EventRecord[], place: number): EventRecord {
  const newest = made.at(-1);
  const event = made.at(-1 - (place % 2));
  if (newest === undefined || event === undefined) throw new Error("an account has no events");
  return { ...structuredClone(event), sequence: newest.sequence + place };
}
