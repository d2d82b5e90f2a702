// Reads the body of a request into memory, up to the limit, and says so where there is more.
import type { IncomingMessage, ServerResponse } from "node:http";
import { BODY_BYTES_MAX } from "./limits.ts";
import { sendJson } from "./plainPages.ts";

/**
 * The bytes of the body, or undefined if there are more than BODY_BYTES_MAX of them: what is left is then thrown away
 * as it comes, so that the client gets to read its answer. Rejects if the client leaves in the middle.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const tooLarge = () => {
      request.off("data", take).resume();
      resolve(undefined);
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return tooLarge();
      chunks.push(chunk);
    };
    request.on("error", reject);
    if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES_MAX) return tooLarge();
    request
      .on("data", take)
      .on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  });
}

export function sendBodyTooLarge(response: ServerResponse): void {
  const message = `The body is larger than ${BODY_BYTES_MAX} bytes.`;
  sendJson(response, 413, { errors: [{ message, extensions: { code: "REQUEST_ENTITY_TOO_LARGE" } }] });
}
