// Requests whose body does not come, or comes though nobody wants it any more: each has its time.
import type { IncomingMessage, ServerResponse } from "node:http";
import { EARLY_ANSWER_LINGER_BYTES, EARLY_ANSWER_LINGER_MS, REQUEST_TIMEOUT_MS } from "./limits.ts";

/** Ends a request that is not there as a whole in `limitMs`, with 408 where it has no answer yet. */
export function limitArrival(req: IncomingMessage, res: ServerResponse, limitMs = REQUEST_TIMEOUT_MS): void {
  if (req.method === "GET" || req.method === "HEAD") return;
  const timer = setTimeout(() => {
    if (req.complete) return;
    if (res.headersSent) req.destroy();
    else res.writeHead(408, { Connection: "close", "Content-Length": 0 }).end();
  }, limitMs);
  timer.unref();
  res.once("close", () => clearTimeout(timer));
}

/**
 * Where the answer is given before the request is there as a whole, nothing of the rest is wanted: the client may send a
 * little more, so that he gets to read his answer, and is cut then. Node itself would read on for ever.
 */
export function cutWhatComesAfter(req: IncomingMessage, res: ServerResponse, lingerMs = EARLY_ANSWER_LINGER_MS): void {
  res.once("finish", () => {
    const { socket } = req;
    if (req.complete || socket.destroyed) return;
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      // He is not read any more, which slows him down, but can read.
      if (bytes > EARLY_ANSWER_LINGER_BYTES && !req.complete) socket.pause();
    };
    const timer = setTimeout(() => {
      if (!req.complete) socket.destroy();
    }, lingerMs);
    timer.unref();
    socket.on("data", count);
    const done = () => {
      clearTimeout(timer);
      socket.off("data", count);
      req.off("end", done);
      socket.off("close", done);
    };
    req.once("end", done);
    socket.once("close", done);
  });
}
