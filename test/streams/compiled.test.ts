// Compiled execution of the API's own operations answers what graphql-js answers, over every kind of event.
import { parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schema } from "../../schema/index.ts";
import { encodeCursor } from "../../src/events/cursor.ts";
import { createExecutions } from "../../src/server/streams/compiledExecution.ts";
import { createBothWays } from "./compiledBothWays.ts";
import { CLOSED_IN_PARTS, type EventfulDesk, STORY, startEventfulDesk } from "./compiledDesk.ts";
import { CONDITIONAL, documentsOf, followedField } from "./compiledDocuments.ts";

let desk: EventfulDesk;
beforeAll(async () => {
  desk = await startEventfulDesk();
});
afterAll(() => desk.close());

describe("Compiled execution answers what graphql-js answers", () => {
  it("on a desk where every kind of event has happened", () => {
    const told = desk.events.map(({ type, payload }) => {
      if ("change" in payload) return `${type} ${payload.change}`;
      if ("signal" in payload) return `${type} ${payload.signal.status}`;
      return `${type} ${"position" in payload ? payload.position.status : payload.delivery.state}`;
    });
    expect(told).toEqual(STORY);
  });

  it.each(documentsOf("subscription"))("to the subscription %s, for each event", async (_name, document) => {
    expect(validate(schema, document)).toEqual([]);
    const values = await desk.valuesOf(followedField(document));
    expect(values.length).toBeGreaterThan(0);
    const after = encodeCursor({ accountId: desk.accountId, sequence: 0 });
    const variableValues = { after, backtest: desk.backtest, id: desk.backtest };
    const request = { schema, document, variableValues, contextValue: desk.newContext() };
    for (const { result, isCompiled } of await createBothWays()(request, ...values)) {
      expect(result.errors).toBeUndefined();
      expect(isCompiled).toBe(true);
    }
  });

  it.each(documentsOf("query"))("to the query %s", async (_name, document) => {
    expect(validate(schema, document)).toEqual([]);
    const bothWays = createBothWays();
    for (const id of desk.ids) {
      const chosen = { symbol: "ACME", symbols: ["ACME", "NONE"], session: 1, by: "SYMBOL" };
      const { backtest } = desk;
      const variableValues = { id, position: id, backtest, signalId: CLOSED_IN_PARTS, ...chosen, first: 2 };
      const request = { schema, document, variableValues, contextValue: desk.newContext() };
      const [answer] = await bothWays(request, undefined);
      expect(answer?.result.errors).toBeUndefined();
      expect(answer?.isCompiled).toBe(true);
    }
  });

  it("to subscribers with the same document and other variables for what is skipped and included", async () => {
    expect(validate(schema, CONDITIONAL)).toEqual([]);
    const bothWays = createBothWays();
    const texts = new Set<string>();
    for (const variableValues of [
      { ids: true },
      { ids: false },
      { ids: true, plain: true },
      { ids: false, plain: true },
      { ids: true, plain: false },
    ]) {
      const request = { schema, document: CONDITIONAL, variableValues, contextValue: desk.newContext() };
      const answers = await bothWays(request, ...desk.events);
      expect(answers.every(({ isCompiled }) => isCompiled)).toBe(true);
      texts.add(JSON.stringify(answers.map(({ result }) => result)));
    }
    expect(texts.size).toBe(4);
  });

  it("at once where nothing has to be read, and only then", async () => {
    const tell = async (fields: string) => {
      const document = parse(`subscription { tradeClosed { ${fields} } }`);
      const values = await desk.valuesOf("tradeClosed");
      const answers = await createBothWays()({ schema, document, contextValue: desk.newContext() }, ...values);
      return new Set(answers.map(({ isSynchronous }) => isSynchronous));
    };
    expect(await tell("cursor trade { id realizedPnl } position { id }")).toEqual(new Set([true]));
    expect(await tell("position { trades { id } }")).toEqual(new Set([false]));
  });

  it("to mutations by leaving them to it: what is compiled may be executed twice", () => {
    const mutations = documentsOf("mutation");
    let left = 0;
    const executions = createExecutions(() => {
      left += 1;
      return { data: {} };
    });
    for (const [, document] of mutations) executions.prepare({ schema, document, contextValue: {} })(undefined);
    expect(left).toBe(mutations.length);
    expect(left).toBeGreaterThan(0);
  });
});
