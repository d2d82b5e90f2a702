// The body of a request as it comes in, unpacked, with an end to waiting for it.
import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** The client has sent nothing for too long. */
export class StalledUploadError extends Error {}

/** The client left before all of the body was there. */
export class UploadLeftError extends Error {}

/** The body is not what its Content-Encoding says. */
export class PackedBodyError extends Error {}

/**
 * The bytes of the body of `request`, taken as fast as they are asked for. The request itself is not destroyed by one who
 * asks for no more, so that it can be answered. Throws StalledUploadError, UploadLeftError, PackedBodyError, and the reason
 * of `signal`.
 */
export async function* uploadOf(
  request: IncomingMessage,
  isPacked: boolean,
  stalledAfterMs: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const body = isPacked ? createGunzip() : new PassThrough();
  const left = () => {
    if (!request.complete) body.destroy(new UploadLeftError("the client left in the middle of the upload"));
  };
  const aborted = () => body.destroy(signal.reason as Error);
  request.once("close", left).once("error", left);
  signal.addEventListener("abort", aborted, { once: true });
  // An error may come while nobody waits for a chunk: it is thrown with the next.
  body.once("error", () => undefined);
  if (signal.aborted) aborted();
  else request.pipe(body);
  try {
    yield* chunksOf(body, stalledAfterMs);
  } finally {
    request.unpipe(body).off("close", left).off("error", left);
    signal.removeEventListener("abort", aborted);
    body.destroy();
  }
}

async function* chunksOf(body: Readable, stalledAfterMs: number): AsyncGenerator<Uint8Array> {
  const chunks = body.iterator() as AsyncIterator<Uint8Array>;
  while (true) {
    const stalled = setTimeout(() => {
      body.destroy(new StalledUploadError(`nothing was sent for ${stalledAfterMs} ms`));
    }, stalledAfterMs);
    const next = await chunks
      .next()
      .catch(rethrow)
      .finally(() => clearTimeout(stalled));
    if (next.done === true) return;
    yield next.value;
  }
}

/** What zlib throws has a code of its own. */
function rethrow(error: NodeJS.ErrnoException): never {
  if (error.code?.startsWith("Z_")) throw new PackedBodyError(error.message, { cause: error });
  throw error;
}
