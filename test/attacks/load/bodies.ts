// Bodies and messages that are too large: 20 MB by HTTP and event stream, with and without Content-Length, 16 MB frames.
import { type Attack, enter, isLine, open, post, type Refusal, type Target } from "./target.ts";

const MEGABYTE = 1_000_000;
const BODY_BYTES = 20 * MEGABYTE;
const FRAME_BYTES = 16 * MEGABYTE;

function padded(bytes: number): Buffer {
  const [start, end] = ['{"query":"{ __typename }","extensions":{"padding":"', '"}}'];
  return Buffer.from(`${start}${"x".repeat(bytes - start.length - end.length)}${end}`);
}

let body: Buffer | undefined;
const largeBody = (): Buffer => {
  body ??= padded(BODY_BYTES);
  return body;
};

/** As one frame, which says how long it is, or in fragments that do not say. */
async function sendFrame(line: Awaited<ReturnType<typeof open>>, isFragmented: boolean): Promise<Refusal> {
  if (!isLine(line)) return line;
  const { socket, ended } = line;
  const unsent = () => undefined;
  if (isFragmented) {
    const fragment = Buffer.alloc(MEGABYTE, "x");
    for (let sent = 0; sent < FRAME_BYTES; sent += MEGABYTE) {
      socket.send(fragment, { binary: false, fin: sent + MEGABYTE >= FRAME_BYTES }, unsent);
    }
  } else socket.send(largeBody().subarray(0, FRAME_BYTES), { binary: false }, unsent);
  return ended;
}

const EVENT_STREAM = { accept: "text/event-stream" };

export const BODY_ATTACKS: readonly Attack[] = [
  { name: "a body of 20 MB, by HTTP", run: (target: Target) => post(target, { body: largeBody() }) },
  {
    name: "a body of 20 MB in chunks, by HTTP",
    run: (target: Target) => post(target, { body: largeBody(), isChunked: true }),
  },
  {
    name: "a body of 20 MB, by event stream",
    run: (target: Target) => post(target, { body: largeBody(), headers: EVENT_STREAM }),
  },
  {
    name: "a body of 20 MB in chunks without a key, by HTTP",
    run: (target: Target) => post({ ...target, key: undefined }, { body: largeBody(), isChunked: true }),
  },
  { name: "a WebSocket frame of 16 MB", run: async (target: Target) => sendFrame(await enter(target), false) },
  {
    name: "a WebSocket message of 16 MB in fragments",
    run: async (target: Target) => sendFrame(await enter(target), true),
  },
  {
    name: "a WebSocket message of 16 MB in fragments, before connection_init",
    run: async (target: Target) => sendFrame(await open(target), true),
  },
];
