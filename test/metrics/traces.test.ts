// Spans: none and nothing done for them without an SDK; with one, a request's operation and transactions below it.
import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type TextMapPropagator,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTraces } from "../../src/server/traces.ts";
import { ENABLE, startWatchedServer, type WatchedServer } from "./watchedServer.ts";

/** A span as it was ended. */
interface Ended {
  readonly name: string;
  readonly attributes: Attributes;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly status: SpanStatus | undefined;
}

const ended: Ended[] = [];
let made = 0;

/** As little of an SDK as keeps the spans. */
function startSpan(name: string, options: SpanOptions = {}, parent: Context = context.active()): Span {
  const above = trace.getSpanContext(parent);
  made += 1;
  const spanId = made.toString(16).padStart(16, "0");
  const own: SpanContext = { traceId: above?.traceId ?? spanId.padStart(32, "0"), spanId, traceFlags: 1 };
  let status: SpanStatus | undefined;
  const span = {
    spanContext: () => own,
    setStatus: (given: SpanStatus) => {
      status = given;
      return span;
    },
    end: () => {
      const { attributes = {} } = options;
      ended.push({ name, attributes, traceId: own.traceId, spanId, parentId: above?.spanId, status });
    },
  } as unknown as Span;
  return span;
}

const tracer: Tracer = {
  startSpan,
  startActiveSpan: ((name: string, options: SpanOptions, parent: Context, work: (span: Span) => unknown) => {
    const span = startSpan(name, options, parent);
    return context.with(trace.setSpan(parent, span), () => work(span));
  }) as Tracer["startActiveSpan"],
};

const storage = new AsyncLocalStorage<Context>();
const manager: ContextManager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, work, self, ...args) => storage.run(active, () => work.call(self as never, ...args)),
  bind: (_active, target) => target,
  enable: () => manager,
  disable: () => manager,
};

const propagator: TextMapPropagator = {
  inject: () => undefined,
  fields: () => ["traceparent"],
  extract: (into, carrier) => {
    const [, traceId, spanId] = String((carrier as Record<string, unknown>)["traceparent"] ?? "").split("-");
    return traceId && spanId ? trace.setSpanContext(into, { traceId, spanId, traceFlags: 1 }) : into;
  },
};

function register(): void {
  context.setGlobalContextManager(manager);
  propagation.setGlobalPropagator(propagator);
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
}

afterAll(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

describe("without an SDK", () => {
  it("there are no spans at all", () => {
    expect(createTraces()).toBeUndefined();
  });
});

describe("with an SDK", () => {
  let server: WatchedServer;
  beforeAll(async () => {
    register();
    server = await startWatchedServer();
  });
  afterAll(() => server?.close());
  afterEach(() => ended.splice(0));

  const named = (name: string): Ended => {
    const span = ended.find((one) => one.name === name);
    if (span === undefined) throw new Error(`no span ${name} among ${ended.map((one) => one.name).join(", ")}`);
    return span;
  };

  it("a request's span is below its client's, its operation below it, and a batch has its transaction", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = {
      "content-type": "application/json",
      "x-request-id": "traced-1",
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    };
    await fetch(`${server.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query: ENABLE }) });
    const request = named("POST graphql");
    expect(request).toMatchObject({ traceId, parentId: "b7ad6b7169203331" });
    expect(request.attributes).toMatchObject({ "papertape.request_id": "traced-1" });
    expect(named("mutation Enable")).toMatchObject({ traceId, parentId: request.spanId });
    const batch = named("batch");
    expect(batch).toMatchObject({ parentId: undefined, attributes: { "papertape.commands": 1 } });
    expect(named("transaction")).toMatchObject({ parentId: batch.spanId, traceId: batch.traceId });
  });

  it("holds nothing of what clients sent in variables or messages of errors", async () => {
    const traces = createTraces();
    const failing = traces?.within("work", {}, () => Promise.reject(new TypeError("the secret")));
    await expect(failing).rejects.toThrow("the secret");
    await server.ask("query Spoken($word: String) { __typename @skip(if: false) }", { word: "the secret" });
    expect(named("work").status).toMatchObject({ message: "TypeError" });
    expect(JSON.stringify(ended)).not.toContain("the secret");
  });
});
