// The same history in every account, mixed: the same signals in one batch, and quotes that close all positions at once.
import type { ExecuteSignalInput } from "../generated/graphql.ts";
import { START } from "../support/apiDesk.ts";
import { ExecuteSignals, PublishQuotes } from "../support/documents.ts";
import { type IsolationDesk, NAMES, OWNERS } from "./isolationDesk.ts";

/** Signals of each account in a batch. */
const BATCH = 25;
const SYMBOL = "SHARED";
/** Of a symbol that nothing is closed in, but whose price moves. */
const HELD_SYMBOL = "HELD";
const DECLINED_ONE_IN = 10;

/** Events in each account that a round makes at least. */
export const EVENTS_A_ROUND = BATCH;

export class IsolationHistory {
  private readonly desk: IsolationDesk;
  private rounds = 0;
  private minute = 0;

  constructor(desk: IsolationDesk) {
    this.desk = desk;
  }

  /** Opens a position in each account that stays open. */
  async hold(): Promise<void> {
    await this.quote(HELD_SYMBOL, "100");
    await this.send([{ signalId: "held", symbol: HELD_SYMBOL, ...LEVELS, target1: "1000", stopLoss: "1" }]);
  }

  /** Moves the price of what is held, and opens and closes positions in all accounts. */
  async round(): Promise<void> {
    this.rounds += 1;
    await this.quote(HELD_SYMBOL, String(100 + (this.rounds % 10)));
    await this.quote(SYMBOL, "100");
    const signals = Array.from({ length: BATCH }, (_, index) => {
      const levels = index % DECLINED_ONE_IN === 0 ? LATE_LEVELS : LEVELS;
      return { signalId: `signal-${this.rounds}-${index}`, symbol: SYMBOL, ...levels };
    });
    await this.send(signals);
    await this.quote(SYMBOL, "110");
  }

  /** The accounts of each owner take turns within a batch, and the owners' batches come at the same time. */
  private async send(signals: readonly ExecuteSignalInput[]): Promise<void> {
    const inputs = signals.flatMap((signal) => NAMES.map((account) => ({ ...signal, account })));
    const batches = OWNERS.map(async (owner) => {
      const { executeSignals } = await this.desk.api.clientOf(owner).run(ExecuteSignals, { inputs });
      const wrong = executeSignals.find(({ __typename }) => __typename !== "ExecuteSignalPayload");
      if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
    });
    await Promise.all(batches);
  }

  private async quote(symbol: string, price: string): Promise<void> {
    this.minute += 1;
    const time = new Date(Date.parse(START) + this.minute * 60_000).toISOString();
    const { publishQuotes } = await this.desk.api.client.run(PublishQuotes, { quotes: [{ symbol, price, time }] });
    if (publishQuotes.accepted !== 1) throw new Error(JSON.stringify(publishQuotes));
  }
}

const LEVELS = { entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "1" };
/** The price is beyond the stop: it is rejected. */
const LATE_LEVELS = { entryPrice: "120", stopLoss: "110", target1: "130", positionSize: "1" };
