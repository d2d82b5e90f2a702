// The signed webhook: what it sends, what it makes of answers, and that the example receiver can tell it from others.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createReceiver, type Delivered, isGenuine } from "../../examples/receiver.ts";
import { newDelivery } from "../../src/domain/delivery.ts";
import { deliveryRecord } from "../../src/domain/deliveryRecord.ts";
import type { SignalOutcome } from "../../src/domain/log.ts";
import { signalRecord } from "../../src/domain/records.ts";
import { waitAfter } from "../../src/live/backoff.ts";
import { signatureOf } from "../../src/live/signature.ts";
import { createWebhook } from "../../src/live/webhook.ts";
import type { LiveOrder } from "../../src/ports.ts";
import { readConfig } from "../../src/server/config.ts";
import { signalOf } from "../support/builders.ts";
import { type Receiver, SECRET, startReceiver } from "./receiving.ts";

const outcome: SignalOutcome = {
  accountId: "01890000-0000-7000-8000-000000000001",
  session: 1,
  sequence: 7,
  signal: signalOf(),
  contentHash: "h",
  status: "ROUTED_LIVE",
  rejections: [],
  skipReason: null,
  positionNumber: null,
  receivedAtMs: Date.UTC(2026, 0, 5),
};
const ORDER: LiveOrder = {
  owner: "local",
  accountName: "main",
  delivery: deliveryRecord(newDelivery(outcome)),
  signal: signalRecord(outcome),
};
const NEVER = new AbortController().signal;
const to = (url: string, timeoutMs = 5000) =>
  createWebhook({ url, secret: SECRET, accountGlobalId: (id) => `global ${id}`, timeoutMs });

describe("The webhook", () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  it("posts JSON with its key and a signature over time and body, the same body each time", async () => {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await to(receiver.url).send(ORDER, NEVER)).toEqual({ kind: "delivered" });
    }
    const [first, second] = receiver.received;
    expect(first?.body).toBe(second?.body);
    const { headers, body = "" } = first ?? {};
    expect(headers?.["content-type"]).toBe("application/json");
    expect(headers?.["idempotency-key"]).toBe(JSON.parse(body).id);
    const signature = headers?.["papertape-signature"]?.toString() ?? "";
    const seconds = Number(/^t=(\d+),/.exec(signature)?.[1]);
    expect(signature).toBe(signatureOf(SECRET, body, seconds));
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60);
    expect(JSON.stringify(receiver.received)).not.toContain(SECRET);
  });

  it.each([
    [200, "delivered"],
    [204, "delivered"],
    [301, "unavailable"],
    [307, "unavailable"],
    [400, "refused"],
    [401, "refused"],
    [404, "refused"],
    [409, "refused"],
    [408, "unavailable"],
    [425, "unavailable"],
    [429, "unavailable"],
    [500, "unavailable"],
    [503, "unavailable"],
  ])("makes of %i that it is %s, and follows nothing", async (status, kind) => {
    receiver.answer = (response) => void response.writeHead(status, { location: receiver.url }).end();
    expect(await to(receiver.url).send(ORDER, NEVER)).toMatchObject({ kind });
    expect(receiver.received).toHaveLength(1);
  });

  it("waits for an answer only so long, and for a body without an end not at all", async () => {
    receiver.answer = () => undefined;
    const problem = "the receiver did not answer in time";
    expect(await to(receiver.url, 100).send(ORDER, NEVER)).toEqual({ kind: "unavailable", problem });
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write("x".repeat(2000)), 1);
      response.on("close", () => clearInterval(more));
    };
    expect(await to(receiver.url).send(ORDER, NEVER)).toEqual({ kind: "delivered" });
  });

  it("tells what went wrong without the address, and listens to Retry-After", async () => {
    receiver.answer = (response) => void response.writeHead(429, { "retry-after": "7" }).end();
    const told = { kind: "unavailable", problem: "the receiver answered 429", retryAfterMs: 7000 };
    expect(await to(receiver.url).send(ORDER, NEVER)).toEqual(told);
    const gone = await to("http://127.0.0.1:1/secret-path").send(ORDER, NEVER);
    expect(gone).toMatchObject({ kind: "unavailable", problem: expect.stringMatching(/^the receiver could not be/) });
    expect(JSON.stringify(gone)).not.toContain("secret-path");
  });

  it("is waited for longer each time, up to a minute, never all at the same moment", () => {
    expect([1, 2, 3, 10, 1000].map((attempts) => waitAfter(attempts, 1))).toEqual([1000, 2000, 4000, 60_000, 60_000]);
    expect(waitAfter(3, 0)).toBe(2000);
    expect(waitAfter(1, 0, 7000)).toBe(7000);
    expect(waitAfter(1, 0, 7_000_000)).toBe(60_000);
  });
});

describe("The example receiver", () => {
  it("is short, and takes what the desk sends once", async () => {
    const file = path.join(import.meta.dirname, "../../examples/receiver.ts");
    expect(readFileSync(file, "utf8").trimEnd().split("\n").length).toBeLessThan(60);
    const traded: Delivered[] = [];
    let fails = true;
    const server = createReceiver(SECRET, async (delivered) => {
      if (fails) throw new Error("the broker is away");
      traded.push(delivered);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await to(url).send(ORDER, NEVER)).toMatchObject({ kind: "unavailable" });
    fails = false;
    for (let attempt = 0; attempt < 3; attempt += 1) await to(url).send(ORDER, NEVER);
    expect(traded).toMatchObject([{ version: 1, signal: { signalId: ORDER.signal.signalId } }]);
    const other = createWebhook({ url, secret: `${SECRET}!`, accountGlobalId: String });
    expect(await other.send(ORDER, NEVER)).toEqual({ kind: "refused", problem: "the receiver answered 401" });
    expect(traded).toHaveLength(1);
  });

  it("refuses what is old, changed or malformed", () => {
    const now = 1_800_000_000;
    const header = signatureOf(SECRET, "{}", now);
    expect(isGenuine(SECRET, header, "{}", now + 299)).toBe(true);
    expect(isGenuine(SECRET, header, "{}", now + 301)).toBe(false);
    expect(isGenuine(SECRET, header, "{ }", now)).toBe(false);
    expect(isGenuine(SECRET, header.replace(/^t=\d+/, `t=${now + 1}`), "{}", now)).toBe(false);
    for (const bad of [undefined, "", "t=1,v1=", header.toUpperCase(), `${header}00`]) {
      expect(isGenuine(SECRET, bad, "{}", now)).toBe(false);
    }
  });
});

describe("The configuration of the live route", () => {
  const url = "https://receiver.example/hook";
  const live = (env: Record<string, string>, argv: string[] = []) => readConfig(env, argv).live;

  it("is nothing unless both variables are set", () => {
    expect(live({})).toBeUndefined();
    expect(live({ LIVE_WEBHOOK_URL: url, LIVE_WEBHOOK_SECRET: SECRET })).toEqual({ url, secret: SECRET });
    expect(live({ LIVE_WEBHOOK_URL: "http://[::1]:9/x", LIVE_WEBHOOK_SECRET: SECRET })?.url).toContain("::1");
    expect(() => live({ LIVE_WEBHOOK_URL: url })).toThrow("need each other");
    expect(() => live({ LIVE_WEBHOOK_SECRET: SECRET })).toThrow("need each other");
  });

  it.each([
    "http://receiver.example/",
    "http://127.0.0.1.evil.example/",
    "https://user:word@receiver.example/",
    "ftp://127.0.0.1/",
    "receiver",
  ])("refuses the address %s without repeating it", (bad) => {
    expect(() => live({ LIVE_WEBHOOK_URL: bad, LIVE_WEBHOOK_SECRET: SECRET })).toThrow(/^LIVE_WEBHOOK_URL is refused/);
  });

  it("refuses a short secret without repeating it, and time that is played", () => {
    const env = { LIVE_WEBHOOK_URL: url, LIVE_WEBHOOK_SECRET: SECRET };
    expect(() => live({ ...env, LIVE_WEBHOOK_SECRET: "short-one" })).toThrow(/^LIVE_WEBHOOK_SECRET is refused: [^-]*$/);
    expect(() => live({ ...env, CLOCK: "feed" })).toThrow("needs CLOCK=system");
    expect(() => live(env, ["--demo"])).toThrow("neither --replay nor --demo");
  });
});
