// Answers GET /export/…: whole lists of a session as CSV, JSON or NDJSON, as fast as their reader takes them.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Viewer } from "../../services/desk.ts";
import type { Access } from "../access.ts";
import { beginAdmitted, CredentialsEndedError } from "../admittedWork.ts";
import { refuseCredentials } from "../letIn.ts";
import type { Log } from "../log.ts";
import type { ChargeWork } from "../operationLimits/guard.ts";
import { retryAfterOf } from "../operationLimits/refusals.ts";
import { EXPORT_WEIGHT } from "../operationLimits/weights.ts";
import { isLook, sendJson } from "../plainPages.ts";
import { viewerOf } from "../viewer.ts";
import { EXPORT_NAMES, type ExportRequest, readExportRequest } from "./exportRequest.ts";
import { pipeRows } from "./pipeRows.ts";
import { TooManyGroupsError } from "./reportTable.ts";
import { EXPORT_FORMATS } from "./rowChunks.ts";
import type { Table } from "./rows.ts";

/** Exports that run at once: each holds a page of rows, and more would only make each other slow. */
export const EXPORTS_AT_ONCE_MAX = 4;
const RETRY_AFTER_SECONDS = 5;

/** Finds what is asked for; undefined where the viewer has no such account, session or backtest. */
export type FindTable = (request: ExportRequest, viewer: Viewer) => Promise<Table | undefined>;

/** What a page of JSON says of an answer that is none. */
interface Refusal {
  readonly message: string;
  readonly issues?: readonly { readonly path: readonly string[]; readonly message: string }[];
}

/** The road for exports. Whatever is wrong with the request is told as JSON, before anything is sent. */
export function createExportRoad(
  findTable: FindTable,
  log: Log,
  visits: Access["visits"],
  charge: ChargeWork = () => undefined,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let running = 0;
  return async (request, response) => {
    const refuse = (status: number, refusal: Refusal): void => sendJson(response, status, refusal);
    if (!isLook(request)) {
      response.setHeader("Allow", "GET, HEAD");
      return refuse(405, { message: "Exports are read with GET." });
    }
    const read = readExportRequest(request.url ?? "/");
    if (read.kind === "unknown")
      return refuse(404, { message: `There is no such export: ${EXPORT_NAMES.join(", ")} are.` });
    if (read.kind === "invalid")
      return refuse(400, { message: "The export cannot be made as asked.", issues: read.issues });
    if (running >= EXPORTS_AT_ONCE_MAX) {
      response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
      return refuse(503, {
        message: `${EXPORTS_AT_ONCE_MAX} exports are running, the most allowed at once. Try again.`,
      });
    }
    const tooFast = charge(request, EXPORT_WEIGHT);
    if (tooFast !== undefined) {
      response.setHeader("Retry-After", retryAfterOf(tooFast));
      return refuse(429, { message: tooFast.message });
    }
    running += 1;
    const { signal, leave } = beginAdmitted(visits, request);
    try {
      const table = await findTable(read.request, viewerOf(request));
      if (table === undefined)
        return refuse(404, { message: "There is no such account or session, or no such backtest that is DONE." });
      await send(table, read.request, request, response, { log, signal });
    } catch (error) {
      if (error instanceof CredentialsEndedError) {
        response.removeHeader("Content-Disposition");
        return refuseCredentials(response, error.message);
      }
      if (!(error instanceof TooManyGroupsError)) throw error;
      refuse(400, { message: error.message });
    } finally {
      leave();
      running -= 1;
    }
  };
}

async function send(
  table: Table,
  { name, format }: ExportRequest,
  request: IncomingMessage,
  response: ServerResponse,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  response.setHeader("Content-Disposition", `attachment; filename="${name}.${format}"`);
  if (request.method === "HEAD") {
    response.writeHead(200, { "Content-Type": EXPORT_FORMATS[format].contentType, "Cache-Control": "no-store" }).end();
    return;
  }
  const delivery = await pipeRows(table, format, response, { signal });
  if (delivery === "ended")
    log.info({ export: name }, "an export was cut: the credentials that it came with have ended");
  if (delivery === "left") log.info({ export: name }, "the reader of an export left before its end");
}
