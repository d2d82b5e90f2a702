// The way in for files of historical bars: POST /import/bars, a few at a time, answered in JSON.
import type { IncomingMessage, ServerResponse } from "node:http";
import { finished } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { dataSetGlobalId } from "../../schema/globalIds.ts";
import type { DataSet } from "../backtestPorts.ts";
import { type BarImport, type BarImports, IMPORT_BYTES_MAX, importBars, tellBytesMax } from "../services/importBars.ts";
import type { Access } from "./access.ts";
import { beginAdmitted, CredentialsEndedError } from "./admittedWork.ts";
import { ImportPlaces } from "./importPlaces.ts";
import { type ImportRequest, readImportRequest } from "./importRequest.ts";
import { challenge, unauthenticated } from "./letIn.ts";
import {
  IMPORT_LINGER_MS,
  IMPORT_STALLED_MS,
  IMPORTS_AT_ONCE_MAX,
  IMPORTS_RETRY_AFTER_SECONDS,
  IMPORTS_WAITING_MAX,
} from "./limits.ts";
import type { ChargeWork } from "./operationLimits/guard.ts";
import { retryAfterOf } from "./operationLimits/refusals.ts";
import { IMPORT_WEIGHT } from "./operationLimits/weights.ts";
import { sendJson } from "./plainPages.ts";
import { PackedBodyError, StalledUploadError, UploadLeftError, uploadOf } from "./upload.ts";
import { viewerOf } from "./viewer.ts";

export interface ImportRoadOptions extends BarImports {
  /** In place of IMPORT_STALLED_MS. */
  readonly stalledAfterMs?: number;
}

export interface ImportRoad {
  /** Answers a request to IMPORT_PATH. */
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** From now on nothing is imported, and what is under way ends without a trace. */
  close(): void;
}

class ClosingError extends Error {}

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly retryAfterSeconds?: number;
}

const chargeNothing: ChargeWork = () => undefined;

export function createImportRoad(
  options: ImportRoadOptions,
  visits: Access["visits"],
  charge: ChargeWork = chargeNothing,
): ImportRoad {
  const places = new ImportPlaces(IMPORTS_AT_ONCE_MAX, IMPORTS_WAITING_MAX);
  const closing = new AbortController();
  const bytesMax = options.limits?.bytesMax ?? IMPORT_BYTES_MAX;

  /** The answer to a request; undefined where its client has left. */
  async function answerTo(req: IncomingMessage): Promise<Answer | undefined> {
    if (closing.signal.aborted) return CLOSING;
    const request = readImportRequest(req);
    if (request.kind === "bad") return refusal(request.status, request.message, request.issues);
    if (Number(req.headers["content-length"] ?? 0) > bytesMax) return refusal(413, tellBytesMax(bytesMax));
    const tooFast = charge(req, IMPORT_WEIGHT);
    if (tooFast !== undefined) return { ...refusal(429, tooFast.message), retryAfterSeconds: retryAfterOf(tooFast) };
    const left = new AbortController();
    const leave = () => left.abort(new UploadLeftError("the client left"));
    req.once("close", leave);
    const admitted = beginAdmitted(visits, req);
    const over = AbortSignal.any([closing.signal, admitted.signal]);
    try {
      // Bodies that are there are imported to the end, even if their client has left: it is soon done.
      const giveBack = await places.take(AbortSignal.any([over, left.signal]));
      if (giveBack === undefined) return TOO_MANY;
      return await importFrom(req, request, over).finally(giveBack);
    } catch (error) {
      return failure(error);
    } finally {
      admitted.leave();
      req.off("close", leave);
    }
  }

  async function importFrom(
    req: IncomingMessage,
    request: ImportRequest & { kind: "good" },
    signal: AbortSignal,
  ): Promise<Answer> {
    const bytes = uploadOf(req, request.isPacked, options.stalledAfterMs ?? IMPORT_STALLED_MS, signal);
    return answerOf(await importBars(options, viewerOf(req), { ...request.parameters, bytes, signal }));
  }

  return {
    answer: async (req, res) => {
      const answer = await answerTo(req);
      if (answer !== undefined) await send(req, res, answer);
    },
    close: () => closing.abort(new ClosingError("the server is closing")),
  };
}

function refusal(status: number, message: string, issues: readonly object[] = []): Answer {
  return { status, body: { message, issues } };
}

const CLOSING = refusal(503, "The server is closing: nothing was imported.");
const TOO_MANY = refusal(
  503,
  `There are ${IMPORTS_AT_ONCE_MAX} imports under way and ${IMPORTS_WAITING_MAX} waiting, which is the limit: try again later.`,
);

function failure(error: unknown): Answer | undefined {
  if (error instanceof UploadLeftError) return undefined;
  if (error instanceof ClosingError) return CLOSING;
  if (error instanceof CredentialsEndedError)
    return { status: 401, body: unauthenticated(`${error.message} Nothing was imported.`) };
  if (error instanceof StalledUploadError) {
    return refusal(408, "The upload stood still for too long: nothing was imported.");
  }
  if (error instanceof PackedBodyError) return refusal(400, `The body is not whole gzip (${error.message}).`);
  throw error;
}

function answerOf(outcome: BarImport): Answer {
  switch (outcome.kind) {
    case "imported": {
      const { dataSet, isNew, rows, faults, faultCount, overlaps } = outcome;
      const overlapping = overlaps.map(({ dataSetId }) => dataSetGlobalId(dataSetId));
      const body = { dataSet: shown(dataSet), isNew, rows, faults, faultCount, overlapping };
      return { status: isNew ? 201 : 200, body };
    }
    case "invalid":
      return refusal(400, outcome.message, outcome.issues);
    case "tooLarge":
      return refusal(413, outcome.message);
  }
}

function shown({ dataSetId, symbol, name, barCount, startsAt, endsAt, intervalSeconds }: DataSet): object {
  return { id: dataSetGlobalId(dataSetId), symbol, name, bars: barCount, from: startsAt, to: endsAt, intervalSeconds };
}

/**
 * A client who is still sending gets his answer at once and whole; the rest of what he sends is thrown away for some
 * time, for a connection that is closed on him would take the answer along.
 */
async function send(req: IncomingMessage, res: ServerResponse, answer: Answer): Promise<void> {
  const { status, body, retryAfterSeconds = status === 503 ? IMPORTS_RETRY_AFTER_SECONDS : undefined } = answer;
  if (retryAfterSeconds !== undefined) res.setHeader("Retry-After", retryAfterSeconds);
  if (status === 401) challenge(res);
  if (status === 405) res.setHeader("Allow", "POST");
  if (req.complete) return sendJson(res, status, body);
  const text = `${JSON.stringify(body)}\n`;
  res.writeHead(status, {
    Connection: "close",
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  });
  res.write(text);
  req.resume();
  await Promise.race([finished(req).catch(() => undefined), wait(IMPORT_LINGER_MS, undefined, { ref: false })]);
  res.end();
}
