// A receiver of live deliveries: checks each signature, knows what it has had before, and hands the signal on.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";

const BODY_BYTES_MAX = 65_536;
/** Older signatures are refused: somebody may be sending again what he has overheard. */
const SIGNATURE_AGE_SECONDS_MAX = 300;

export interface Delivered {
  readonly version: number;
  readonly id: string;
  readonly account: { readonly id: string; readonly name: string };
  readonly signal: { readonly signalId: string; readonly symbol: string; readonly side: string };
}

/** Whether a body comes from who knows the secret, and has just left. */
export function isGenuine(secret: string, header: string | undefined, body: string, nowSeconds: number): boolean {
  const [, time = "", mac = ""] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? "") ?? [];
  if (mac === "" || Math.abs(nowSeconds - Number(time)) > SIGNATURE_AGE_SECONDS_MAX) return false;
  const wanted = createHmac("sha256", secret).update(`${time}.${body}`).digest();
  return timingSafeEqual(wanted, Buffer.from(mac, "hex"));
}

/** A server that gives `trade` each delivery once. Keep the keys where they outlive the process. */
export function createReceiver(secret: string, trade: (delivered: Delivered) => Promise<void>): Server {
  const known = new Map<string, Promise<void>>();
  return createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) {
      body += chunk;
      if (body.length > BODY_BYTES_MAX) return void response.writeHead(413, { connection: "close" }).end();
    }
    const header = request.headers["papertape-signature"];
    if (!isGenuine(secret, header?.toString(), body, Date.now() / 1000)) return void response.writeHead(401).end();
    const delivered = JSON.parse(body) as Delivered;
    const done = known.get(delivered.id) ?? trade(delivered);
    known.set(delivered.id, done);
    try {
      await done;
      response.writeHead(204).end();
    } catch {
      known.delete(delivered.id);
      response.writeHead(503).end(); // It is sent again.
    }
  });
}
