// A desk of two owners, each with accounts of the same names, served on one port: who asks is told by a header.
import { createSchemaContext, schema } from "../../schema/index.ts";
import { ownerViewer } from "../../src/auth/viewer.ts";
import { createHttpServer, type HttpServer } from "../../src/server/httpServer.ts";
import type { Database } from "../../src/store/database.ts";
import { createReads } from "../../src/store/reads.ts";
import { createKeptLog } from "../server/serving.ts";
import { type ApiDesk, startApiDesk } from "../support/apiDesk.ts";
import { databases } from "../support/databases.ts";
import { Enable } from "../support/documents.ts";

export const OWNERS = ["ana", "ben"] as const;
export const NAMES = ["alpha", "beta"] as const;
export const OWNER_HEADER = "x-owner";

/** Longer than a test pauses a client. */
const NEVER_MS = 600_000;
/** Capital and limits of risk that let everything through. */
const WIDE = { startingCapital: "100000000", maxPortfolioHeat: "100", maxCampaignRisk: "100" };

export interface OwnedAccount {
  readonly owner: string;
  readonly name: string;
  /** Its id in the API, and in the database. */
  readonly id: string;
  readonly accountId: string;
  /** The cursor before its first event. */
  readonly beginning: string;
}

export interface IsolationDesk {
  readonly api: ApiDesk;
  readonly database: Database;
  readonly server: HttpServer;
  /** http://HOST:PORT/graphql */
  readonly graphqlUrl: string;
  readonly accounts: readonly OwnedAccount[];
  close(): Promise<void>;
}

export async function startIsolationDesk(): Promise<IsolationDesk> {
  const [pglite] = databases;
  if (pglite === undefined) throw new Error("there is always PGlite");
  const opened = await pglite.open();
  const reads = createReads(opened.database);
  const api = await startApiDesk(async () => opened);
  const server = createHttpServer({
    schema,
    makeContext: ({ headers, lastEventId }) =>
      createSchemaContext({
        viewer: ownerViewer(String(headers[OWNER_HEADER])),
        desk: api.running,
        reads,
        dataSets: api.dataSets,
        backtests: api.backtests,
        resumeAfter: lastEventId,
      }),
    log: createKeptLog().log,
    host: "127.0.0.1",
    port: 0,
    readiness: () => ({ ready: true }),
    examples: [],
    limits: { pingEveryMs: NEVER_MS, stalledAfterMs: NEVER_MS, farewellSpreadMs: 0 },
  });
  const { url } = await server.listen();
  const accounts: OwnedAccount[] = [];
  for (const owner of OWNERS) for (const name of NAMES) accounts.push(await enable(api, owner, name));
  return {
    api,
    database: opened.database,
    server,
    graphqlUrl: `${url}/graphql`,
    accounts,
    close: async () => {
      await server.close();
      await api.close();
    },
  };
}

async function enable(api: ApiDesk, owner: string, name: string): Promise<OwnedAccount> {
  const { enable: result } = await api.clientOf(owner).run(Enable, { input: { name, settings: WIDE } });
  if (result.__typename !== "EnablePayload") throw new Error(JSON.stringify(result));
  const { id, sessionCursor: beginning } = result.account;
  return { owner, name, id, accountId: accountIdIn(id), beginning };
}

/** The account's id in the database, which is in every id of the API that belongs to it. */
export function accountIdIn(id: string): string {
  const [, accountId = ""] = Buffer.from(id, "base64").toString().split(":");
  return accountId;
}
