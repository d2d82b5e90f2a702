// A process that follows an account over many WebSockets: it checks each log for gaps, and notes how long events took.
import { FrameSocket } from "./slowClientsFrames.ts";
import type { Took } from "./slowClientsTimes.ts";

export interface Place {
  readonly sequence: number;
  readonly cursor: string;
}

/** What all clients follow. */
export interface Following {
  readonly url: string;
  /** It selects sequence, cursor and recordedAt of `accountEvents`, in this order, before anything else. */
  readonly query: string;
  readonly account: string;
}

export type Question =
  /** So many subscribe after a place; those who pause read nothing then. */
  | {
      readonly ask: "open";
      readonly following: Following;
      readonly after: Place;
      readonly clients: number;
      readonly isPaused: boolean;
    }
  /** Waits until each of those who read has the event, and tells how long all events took since the last time. */
  | { readonly ask: "arrived"; readonly sequence: number }
  /** Lets the paused read on to their end, and tells what became of them. */
  | { readonly ask: "resume" }
  /** One subscribes after each place, until he has the event, and leaves. */
  | {
      readonly ask: "return";
      readonly following: Following;
      readonly places: readonly Place[];
      readonly sequence: number;
    };

/** What was wrong: nothing, it is hoped. */
export interface Checked {
  readonly faults: readonly string[];
}

export interface Arrivals extends Checked {
  /** How long events took from their `recordedAt` until they came. */
  readonly took: Took;
}

export interface Endings extends Checked {
  /** How many were closed with each code. */
  readonly codes: Readonly<Record<string, number>>;
  /** The newest event of each. */
  readonly newest: readonly Place[];
}

/** Connections that are made at the same time: a server's queue of new ones is not endless. */
const OPENED_AT_ONCE = 50;
/** Where an event's message says what it is about: the query asks for that first. */
const EVENT = /"sequence":(\d+),"cursor":"([^"]+)","recordedAt":"([^"]+)"/;
const EVENT_BYTES = 240;

/** Counts of events by how long they took, in whole ms. */
let tookMs = new Map<number, number>();
const faults: string[] = [];
let onArrival = (): void => undefined;

/** The texts of an event are the same for all who get it one after another. */
const recorded = { text: "", ms: 0 };
function recordedMs(text: string): number {
  if (text !== recorded.text) Object.assign(recorded, { text, ms: Date.parse(text) });
  return recorded.ms;
}

class Receiver {
  readonly socket: FrameSocket;
  readonly closed: Promise<number>;
  place: Place;
  private readonly onEvent: (recordedAt: string) => void;

  constructor({ url, query, account }: Following, after: Place, onEvent: (recordedAt: string) => void) {
    this.place = after;
    this.onEvent = onEvent;
    let onClosed: (code: number) => void = () => undefined;
    this.closed = new Promise((resolve) => {
      onClosed = resolve;
    });
    this.socket = new FrameSocket({
      url: new URL(url),
      payload: { query, variables: { account, after: after.cursor } },
      onMessage: (message) => this.take(message.toString("latin1", 0, EVENT_BYTES)),
      onClosed,
    });
  }

  private take(text: string): void {
    const [, number = "", cursor = "", recordedAt = ""] = EVENT.exec(text) ?? [];
    const sequence = Number(number);
    if (sequence !== this.place.sequence + 1) faults.push(`after ${this.place.sequence} came: ${text}`);
    this.place = { sequence, cursor };
    this.onEvent(recordedAt);
  }
}

const reading: Receiver[] = [];
let paused: Receiver[] = [];

function noteArrival(recordedAt: string): void {
  const took = Math.max(0, Date.now() - recordedMs(recordedAt));
  tookMs.set(took, (tookMs.get(took) ?? 0) + 1);
  onArrival();
}

async function open({ following, after, clients, isPaused }: Extract<Question, { ask: "open" }>): Promise<void> {
  for (let opened = 0; opened < clients; opened += OPENED_AT_ONCE) {
    const count = Math.min(OPENED_AT_ONCE, clients - opened);
    const onEvent = isPaused ? () => undefined : noteArrival;
    const some = Array.from({ length: count }, () => new Receiver(following, after, onEvent));
    await Promise.all(some.map(({ socket }) => socket.subscribed));
    if (isPaused) for (const { socket } of some) socket.pause();
    else
      for (const { closed } of some) void closed.then((code) => faults.push(`one who reads was closed with ${code}`));
    (isPaused ? paused : reading).push(...some);
  }
}

/** Resolves when each of some has an event. */
function reached(some: readonly Receiver[], sequence: number): Promise<void> {
  const missing = new Set(some);
  return new Promise((resolve) => {
    onArrival = () => {
      for (const one of missing) {
        if (one.place.sequence < sequence) return;
        missing.delete(one);
      }
      onArrival = () => undefined;
      resolve();
    };
    onArrival();
  });
}

async function resume(): Promise<Endings> {
  const codes: Record<string, number> = {};
  for (const { socket } of paused) socket.resume();
  for (const { closed } of paused) {
    const code = await closed;
    codes[code] = (codes[code] ?? 0) + 1;
  }
  const newest = paused.map(({ place }) => place);
  paused = [];
  return { codes, newest, faults: faults.splice(0) };
}

async function comeBack({ following, places, sequence }: Extract<Question, { ask: "return" }>): Promise<Checked> {
  const returned = places.map((place) => new Receiver(following, place, () => onArrival()));
  await reached(returned, sequence);
  for (const { socket } of returned) socket.cut();
  return { faults: faults.splice(0) };
}

async function answer(question: Question): Promise<object> {
  switch (question.ask) {
    case "open":
      await open(question);
      return {};
    case "arrived": {
      await reached(reading, question.sequence);
      const took = [...tookMs];
      tookMs = new Map();
      return { took, faults: faults.splice(0) };
    }
    case "resume":
      return resume();
    case "return":
      return comeBack(question);
  }
}

process.on("message", async (question: Question) => process.send?.(await answer(question)));
process.once("disconnect", () => process.exit());
process.send?.("ready");
