// The load of the full test of slow clients: events by the thousand over HTTP, and the memory of the server's process.
import { existsSync, readFileSync } from "node:fs";
import { graphql } from "../generated/index.ts";
import { Enable, PublishQuotes } from "../support/documents.ts";
import type { WireClient } from "../support/wireClient.ts";
import type { Place } from "./slowClientsReceivers.ts";

const SendBatch = graphql(`
  mutation SendBatch($inputs: [ExecuteSignalInput!]!) {
    executeSignals(inputs: $inputs) { __typename ... on ExecuteSignalPayload { signal { status } } }
  }
`);

const NewestCursor = graphql(`
  query NewestCursor { account { cursor } }
`);

/** Signals of one call: the most that it takes. */
const BATCH = 500;
/** One signal in so many opens a position, the others are declined: each is one event. */
const FILLED_EVERY = 25;
const PRICED = "LOAD";
const UNPRICED = "NONE";
/** Money and limits of risk for thousands of open positions. */
const WIDE = { startingCapital: "100000000", maxPortfolioHeat: "100", maxCampaignRisk: "100" };

/** The account of the load, and what has happened in it. */
export class LoadedAccount {
  /** The number of its newest event. */
  newest = 1;
  private readonly client: WireClient;

  constructor(client: WireClient) {
    this.client = client;
  }

  async enable(): Promise<void> {
    await this.client.run(Enable, { input: { name: "main", settings: WIDE } });
    await this.client.run(PublishQuotes, { quotes: [{ symbol: PRICED, price: "100" }] });
  }

  async place(): Promise<Place> {
    const { account } = await this.client.run(NewestCursor);
    if (account === null) throw new Error("there is no account");
    return { sequence: this.newest, cursor: account.cursor };
  }

  /** Makes at least so many events, one batch after another. */
  async make(events: number): Promise<void> {
    for (const goal = this.newest + events; this.newest < goal; ) await this.makeBatch();
  }

  /** Makes so many events, a multiple of 25, in one call. Throws where they are others than it wanted. */
  async makeBatch(size = BATCH): Promise<void> {
    const inputs = Array.from({ length: size }, (_, index) => this.signal(index));
    const { executeSignals } = await this.client.run(SendBatch, { inputs });
    const filled = executeSignals.filter((result) => "signal" in result && result.signal.status === "FILLED").length;
    if (filled !== size / FILLED_EVERY) throw new Error(`${filled} signals were filled`);
    this.newest += size;
  }

  private signal(index: number) {
    return {
      signalId: `signal-${this.newest}-${index}-`.padEnd(60, "x"),
      symbol: index % FILLED_EVERY === 0 ? PRICED : UNPRICED,
      entryPrice: "100",
      stopLoss: "95",
      target1: "110",
      positionSize: "1",
    };
  }
}

const LOOK_EVERY_MS = 50;
const KIB = 1024;

/** Watches the resident memory of a process, where the system tells of it. */
export class MemoryWatch {
  private readonly file: string;
  private readonly timer: NodeJS.Timeout;
  private max = 0;

  constructor(pid: number) {
    this.file = `/proc/${pid}/status`;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** The most bytes since the last time; 0 where the system does not tell. */
  takeMax(): number {
    this.look();
    const { max } = this;
    this.max = 0;
    return max;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (!existsSync(this.file)) return;
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(this.file, "utf8")) ?? [];
    this.max = Math.max(this.max, Number(kib ?? 0) * KIB);
  }
}
