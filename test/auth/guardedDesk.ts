// A desk behind its door, in process, on a real port: keys and tokens are asked for as the server asks for them.
import { onTestFinished } from "vitest";
import { schema } from "../../schema/index.ts";
import type { Scope } from "../../src/auth/scopes.ts";
import { ownerViewer } from "../../src/auth/viewer.ts";
import type { TokenChoice } from "../../src/server/config.ts";
import { createFindTable } from "../../src/server/export/findTable.ts";
import { startGuard } from "../../src/server/guard.ts";
import { createHttpServer, type HttpServerOptions } from "../../src/server/httpServer.ts";
import { readBarFile } from "../../src/server/readBarFile.ts";
import { createApiKey } from "../../src/services/apiKeys.ts";
import { createApiKeyStore } from "../../src/store/apiKeys.ts";
import { createExportReads } from "../../src/store/exportReads.ts";
import { createKeptLog } from "../server/serving.ts";
import { startApiDesk } from "../support/apiDesk.ts";

/** What a test opens on a desk besides. */
export interface KeyWishes {
  readonly owner?: string;
  readonly accounts?: readonly string[];
  readonly expiresAt?: Date;
}

export interface Answered {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Starts a desk on a fresh PGlite. */
export async function startGuardedDesk({ tokens }: { readonly tokens?: TokenChoice } = {}) {
  const api = await startApiDesk();
  const { database, reads } = api;
  const store = createApiKeyStore(database);

  async function serve(changes: Partial<HttpServerOptions> = {}) {
    const { log, lines } = createKeptLog();
    const access = { kind: "guarded", allowedHosts: [], allowedOrigins: ["https://app.example.org"], tokens } as const;
    const guard = await startGuard({ host: "127.0.0.1", access }, store, log);
    const server = createHttpServer({
      schema,
      access: guard.access,
      makeContext: ({ viewer, lastEventId }) =>
        api.contextOf({ viewer, apiKeys: guard.apiKeys, audit: guard.audit, resumeAfter: lastEventId }),
      log,
      host: "127.0.0.1",
      port: 0,
      readiness: () => ({ ready: true }),
      examples: [],
      exports: createFindTable({
        desk: api.running.desk,
        reads,
        lists: createExportReads(database.prisma),
        backtests: api.backtests,
      }),
      imports: { store: api.dataSets, readBarFile },
      // No test here is about how much one may ask.
      operationLimits: { rateCostPerSecond: 0 },
      ...changes,
    });
    const { url } = await server.listen();
    onTestFinished(async () => {
      await server.close();
      await guard.close();
    });
    return { url, graphqlUrl: `${url}/graphql`, server, guard, lines };
  }

  return {
    api,
    database,
    store,
    serve,
    /** A new key's secret. */
    newKey: async (scopes: readonly Scope[], { owner = "local", ...wishes }: KeyWishes = {}): Promise<string> => {
      const made = await createApiKey(store, ownerViewer(owner), { name: scopes.join(" "), scopes, ...wishes });
      if (made.kind !== "created") throw new Error(JSON.stringify(made));
      return made.secret;
    },
    close: () => api.close(),
  };
}

export type GuardedDesk = Awaited<ReturnType<typeof startGuardedDesk>>;

export function bearer(secret: string | undefined): Record<string, string> {
  return secret === undefined ? {} : { authorization: `Bearer ${secret}` };
}

/** One operation over HTTP. */
export async function ask(
  graphqlUrl: string,
  secret: string | undefined,
  query: string,
  variables?: object,
): Promise<Answered> {
  const headers = { "content-type": "application/json", accept: "application/json", ...bearer(secret) };
  const response = await fetch(graphqlUrl, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return { status: response.status, ...((await response.json()) as object) };
}

/** The code of an answer's first error; undefined where it has none. */
export function codeOf({ errors }: Answered): string | undefined {
  return errors?.[0]?.extensions?.code;
}
