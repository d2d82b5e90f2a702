// Spans of OpenTelemetry around requests, operations, batches and transactions, where somebody has registered an SDK.
import type { IncomingHttpHeaders } from "node:http";
import {
  type Attributes,
  type Context,
  context,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { packageVersion } from "./version.ts";

export interface Traces {
  /** Runs work in a span of its own, below the one that is active. */
  within<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result>;
  /** The same, where nothing that is active has to do with it: the write road serves everybody. */
  apart<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result>;
  /** The same for a request, below the span that its client names in `traceparent`. */
  request<Result>(
    name: string,
    headers: IncomingHttpHeaders,
    attributes: Attributes,
    work: () => Promise<Result>,
  ): Promise<Result>;
}

/** Spans for the SDK that is registered (`node --import`); undefined where none is, so that it costs nothing. */
export function createTraces(): Traces | undefined {
  if (!isRegistered()) return undefined;
  const tracer = trace.getTracer("papertape", packageVersion());
  const run = <Result>(
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    parent: Context,
    work: () => Promise<Result>,
  ): Promise<Result> => tracer.startActiveSpan(name, { kind, attributes }, parent, (span) => ended(span, work));
  return {
    within: (name, attributes, work) => run(name, SpanKind.INTERNAL, attributes, context.active(), work),
    apart: (name, attributes, work) => run(name, SpanKind.INTERNAL, attributes, ROOT_CONTEXT, work),
    request: (name, headers, attributes, work) =>
      run(name, SpanKind.SERVER, attributes, propagation.extract(ROOT_CONTEXT, headers), work),
  };
}

/** The API answers with a proxy; what it stands for, before anything is registered, is one and the same object. */
function isRegistered(): boolean {
  const provider = trace.getTracerProvider();
  if (!(provider instanceof ProxyTracerProvider)) return true;
  return provider.getDelegate() !== new ProxyTracerProvider().getDelegate();
}

/** Only the name of an error goes into the span: its message may hold what a client sent. */
async function ended<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : "error" });
    throw error;
  } finally {
    span.end();
  }
}
