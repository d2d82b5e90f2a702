// A schema for tests of streams: pulses that the test gives, and floods that fill every buffer on the way.
import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";

const text = new GraphQLNonNull(GraphQLString);
const count = new GraphQLNonNull(GraphQLInt);

type Pulse = { readonly pulse: number };
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** A reader of pulses from now on: at once gone when it leaves, whether or not it waits for one. */
class PulseReader implements AsyncIterableIterator<Pulse> {
  private readonly unread: Pulse[] = [];
  private readonly left: (reader: PulseReader) => void;
  private wake: ((result: IteratorResult<Pulse>) => void) | undefined;

  constructor(left: (reader: PulseReader) => void) {
    this.left = left;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  hear(pulse: Pulse): void {
    if (this.wake === undefined) this.unread.push(pulse);
    else this.wake({ done: false, value: pulse });
    this.wake = undefined;
  }

  next(): Promise<IteratorResult<Pulse>> {
    const value = this.unread.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  async return(): Promise<IteratorResult<Pulse>> {
    this.left(this);
    this.wake?.(DONE);
    return DONE;
  }
}

/** What a flood's message of this number and length says. */
export function floodText(number: number, chars: number): string {
  return String(number).padEnd(chars, ".");
}

/** The schema, and the hands that its tests move it by. */
export function createStreamSchema() {
  const readers = new Set<PulseReader>();
  const counts = { hellos: 0, floodsLeft: 0, waiting: 0 };
  let pulses = 0;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });

  function readPulses(): PulseReader {
    const reader = new PulseReader((leaving) => readers.delete(leaving));
    readers.add(reader);
    return reader;
  }

  async function* flood(messages: number, chars: number) {
    try {
      for (let number = 1; number <= messages; number += 1) yield { flood: floodText(number, chars) };
    } finally {
      counts.floodsLeft += 1;
    }
  }

  async function waitForRelease(): Promise<string> {
    counts.waiting += 1;
    await gate;
    return "done";
  }

  const hello = () => {
    counts.hellos += 1;
    return "hello";
  };
  const query = new GraphQLObjectType({
    name: "Query",
    fields: { hello: { type: text, resolve: hello }, waits: { type: text, resolve: waitForRelease } },
  });
  const mutation = new GraphQLObjectType({ name: "Mutation", fields: { greet: { type: text, resolve: hello } } });
  const subscription = new GraphQLObjectType({
    name: "Subscription",
    fields: {
      pulse: { type: count, subscribe: readPulses },
      flood: {
        type: text,
        args: { messages: { type: count }, chars: { type: count } },
        subscribe: (_, { messages, chars }: { messages: number; chars: number }) => flood(messages, chars),
      },
    },
  });
  return {
    schema: new GraphQLSchema({ query, mutation, subscription }),
    /** Tells the next number to everybody who reads pulses; answers it. */
    pulse(): number {
      pulses += 1;
      for (const reader of readers) reader.hear({ pulse: pulses });
      return pulses;
    },
    pulseReaders: () => readers.size,
    /** How many floods have ended or were left. */
    floodsLeft: () => counts.floodsLeft,
    /** How often `hello` or `greet` was executed. */
    hellos: () => counts.hellos,
    /** How many `waits` have begun. */
    waiting: () => counts.waiting,
    /** Lets every `waits` answer. */
    release: () => release(),
  };
}
