// A desk with its API in process, on real ports: what a client meets, with the server's limits as a test sets them.
import { onTestFinished } from "vitest";
import { schema } from "../../schema/index.ts";
import { createHttpServer, type HttpServer, type HttpServerOptions } from "../../src/server/httpServer.ts";
import { readBarFile } from "../../src/server/readBarFile.ts";
import { LOCAL_VIEWER } from "../../src/server/viewer.ts";
import { createKeptLog } from "../server/serving.ts";
import { type ApiDesk, startApiDesk } from "./apiDesk.ts";

export interface ServedApi {
  readonly server: HttpServer;
  /** http://HOST:PORT/graphql */
  readonly graphqlUrl: string;
  /** What the server has logged. */
  readonly lines: readonly Record<string, unknown>[];
}

export interface ServedDesk {
  readonly api: ApiDesk;
  /** Serves the desk on a free port until the test is finished; there may be several servers at once. */
  serve(changes?: Partial<HttpServerOptions>): Promise<ServedApi>;
  close(): Promise<void>;
}

/** Starts a desk on a fresh PGlite. */
export async function startServedDesk(): Promise<ServedDesk> {
  const api = await startApiDesk();
  return {
    api,
    serve: async (changes = {}) => {
      const { log, lines } = createKeptLog();
      const server = createHttpServer({
        schema,
        makeContext: ({ lastEventId }) => api.contextOf({ viewer: LOCAL_VIEWER, resumeAfter: lastEventId }),
        log,
        host: "127.0.0.1",
        port: 0,
        readiness: () => ({ ready: true }),
        examples: [],
        imports: { store: api.dataSets, readBarFile },
        ...changes,
      });
      const { url } = await server.listen();
      onTestFinished(() => server.close());
      return { server, graphqlUrl: `${url}/graphql`, lines };
    },
    close: () => api.close(),
  };
}
