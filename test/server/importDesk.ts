// A server that bars can be imported to, and clients that send files slowly, in part or all at once.
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import type { ImportRoadOptions } from "../../src/server/importRoad.ts";
import { readBarFile } from "../../src/server/readBarFile.ts";
import type { Database } from "../../src/store/database.ts";
import { createDataSetStore } from "../../src/store/dataSets.ts";
import { serveToyDesk } from "./serving.ts";

export const CSV = { "content-type": "text/csv" };

/** The answer to an import, whatever became of it. */
export interface ImportAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: {
    readonly dataSet?: Record<string, unknown> & { readonly id: string };
    readonly isNew?: boolean;
    readonly rows?: number;
    readonly faults?: readonly { readonly line: number; readonly reason: string }[];
    readonly faultCount?: number;
    readonly overlapping?: readonly string[];
    readonly message?: string;
    readonly issues?: readonly { readonly path: readonly string[]; readonly message: string }[];
  };
}

/** Serves imports into the database until the test is finished. */
export async function serveImports(database: Database, changes: Partial<ImportRoadOptions> = {}) {
  const store = createDataSetStore(database);
  const imports = { store, readBarFile, ...changes };
  const { server, url, lines, graphqlUrl } = await serveToyDesk({ imports });
  const at = (query: string) => `${url}/import/bars?${query}`;
  return { store, server, at, lines, graphqlUrl };
}

/** Begins an upload; `answer` comes when the server gives one. */
export function beginUpload(url: string, headers: OutgoingHttpHeaders = CSV, method = "POST") {
  const request = httpRequest(url, { method, headers, agent: false });
  const answer = new Promise<ImportAnswer>((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as ImportAnswer["body"];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
  });
  answer.catch(() => undefined);
  return { request, answer };
}

/** Begins an upload, and sends a part of it when the server has taken the request up. */
export async function beginPart(url: string, part: string, headers: OutgoingHttpHeaders = {}) {
  const begun = beginUpload(url, { ...CSV, expect: "100-continue", ...headers });
  begun.request.flushHeaders();
  await once(begun.request, "continue");
  begun.request.write(part);
  return begun;
}

/** Sends a file as a whole. */
export function upload(url: string, file: string | Buffer, headers: OutgoingHttpHeaders = CSV): Promise<ImportAnswer> {
  const { request, answer } = beginUpload(url, headers);
  request.end(file);
  return answer;
}
