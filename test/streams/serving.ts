// Serves the streams' schema on a free port, and waits for what its tests want to see.
import { expect, onTestFinished } from "vitest";
import type { HttpServerOptions } from "../../src/server/httpServer.ts";
import { serveToyDesk } from "../server/serving.ts";
import { createStreamSchema } from "./streamSchema.ts";

/** Longer than anything that a test waits for takes on a busy machine, in milliseconds. */
const PATIENCE_MS = 20_000;

/** A server over the streams' schema; it is closed when the test is finished. */
export async function serveStreams(changes: Partial<HttpServerOptions> = {}) {
  const streams = createStreamSchema();
  const { server, graphqlUrl, lines } = await serveToyDesk({ schema: streams.schema, ...changes });
  // Hooks run in reverse order: what waits is let go before the server is closed.
  onTestFinished(() => streams.release());
  return { streams, server, graphqlUrl, lines };
}

export type ServedStreams = Awaited<ReturnType<typeof serveStreams>>;

/** Resolves when `look` gives what is expected; fails with what it gives instead. */
export async function until<Value>(look: () => Value, expected: Value): Promise<void> {
  await expect.poll(look, { timeout: PATIENCE_MS, interval: 5 }).toEqual(expected);
}
