// A small schema that does what the server's tests need: answers, waits, fails on purpose and unexpectedly, streams.
import {
  GraphQLError,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from "graphql";

const text = new GraphQLNonNull(GraphQLString);
const count = new GraphQLNonNull(GraphQLInt);

/** A stream without any event: it ends when its reader leaves, and tells that it did. */
function silence(left: () => void): AsyncIterableIterator<{ quiet: number }> {
  let end: (result: IteratorReturnResult<undefined>) => void = () => undefined;
  const ended = new Promise<IteratorReturnResult<undefined>>((resolve) => {
    end = resolve;
  });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => ended,
    return() {
      left();
      end({ done: true, value: undefined });
      return ended;
    },
  };
}

async function* countUp(to: number) {
  for (let tick = 1; tick <= to; tick += 1) yield { tick };
}

async function* breakDown() {
  yield { breaks: 1 };
  throw new Error("the source's secret");
}

export function createToyDesk() {
  const contexts: object[] = [];
  const listeners = new Set<() => void>();
  let waiting = 0;
  let quietReaders = 0;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const changed = () => {
    for (const listener of listeners) listener();
  };

  async function untilReleased(): Promise<string> {
    waiting += 1;
    changed();
    await gate;
    return "done";
  }

  const query = new GraphQLObjectType({
    name: "Query",
    fields: {
      hello: {
        type: text,
        args: { name: { type: GraphQLString } },
        resolve: (_, { name }) => `hello ${name ?? "you"}`,
      },
      waits: { type: text, resolve: untilReleased },
      caller: { type: text, resolve: (_, __, context: { caller: string }) => context.caller },
      bursts: {
        type: GraphQLString,
        resolve: () => {
          throw new Error("the desk's secret");
        },
      },
      mustNotBurst: {
        type: text,
        resolve: () => {
          throw new Error("the desk's secret");
        },
      },
      refuses: {
        type: GraphQLString,
        resolve: () => {
          throw new GraphQLError("Not this one.", { extensions: { code: "CONFLICT", http: { status: 409 } } });
        },
      },
    },
  });
  const ticket = new GraphQLInputObjectType({ name: "Ticket", fields: { id: { type: text }, lots: { type: count } } });
  const mutation = new GraphQLObjectType({
    name: "Mutation",
    fields: {
      put: {
        type: text,
        args: { ticket: { type: new GraphQLNonNull(ticket) } },
        resolve: (_, args: { ticket: { id: string; lots: number } }) => `${args.ticket.id}: ${args.ticket.lots}`,
      },
      waits: { type: text, resolve: untilReleased },
    },
  });
  const subscription = new GraphQLObjectType({
    name: "Subscription",
    fields: {
      tick: { type: count, args: { to: { type: count } }, subscribe: (_, { to }) => countUp(to) },
      quiet: {
        type: count,
        subscribe: () => {
          quietReaders += 1;
          changed();
          return silence(() => {
            quietReaders -= 1;
            changed();
          });
        },
      },
      breaks: { type: count, subscribe: breakDown },
    },
  });

  return {
    schema: new GraphQLSchema({ query, mutation, subscription }),
    makeContext: () => {
      const context = { caller: "somebody" };
      contexts.push(context);
      return context;
    },
    contexts,
    /** Lets every `waits` answer. */
    release: () => release(),
    /** Resolves when `holds` does: asked again at each change. */
    async until(holds: (state: { waiting: number; quietReaders: number }) => boolean): Promise<void> {
      if (holds({ waiting, quietReaders })) return;
      await new Promise<void>((resolve) => {
        const listener = () => {
          if (!holds({ waiting, quietReaders })) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      });
    },
  };
}
