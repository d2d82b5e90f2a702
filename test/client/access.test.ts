// The client on a desk that wants keys: without one, with a bad one, and with one that is revoked or renewed meanwhile.
import {
  AccessError,
  ApiError,
  type ConnectionStatus,
  CreateApiKeyDocument,
  createClient,
  EnableDocument,
  FollowAccountDocument,
  followAccount,
  memoryCursor,
  QuotesDocument,
  RevokeApiKeyDocument,
  UpdateSettingsDocument,
} from "@papertape/client/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";

const BAD_KEY = `ptk_${"x".repeat(49)}`;

let desk: GuardedDesk;
beforeAll(async () => {
  desk = await startGuardedDesk();
});
afterAll(() => desk.close());

/** A key that can be revoked again. */
async function makeKey(url: string) {
  const admin = createClient({ url, key: await desk.newKey(["admin"]) });
  const { createApiKey } = await admin.mutate(CreateApiKeyDocument, {
    input: { name: "bot", scopes: ["READ", "TRADE"] },
  });
  if (createApiKey.__typename !== "CreateApiKeyPayload") throw new Error(createApiKey.message);
  const { secret, apiKey } = createApiKey;
  return { secret, revoke: () => admin.mutate(RevokeApiKeyDocument, { input: { apiKey: apiKey.id } }) };
}

/** Counts the attempts to connect. */
function attempts() {
  const kinds: string[] = [];
  return { kinds, onStatus: ({ kind }: ConnectionStatus) => void kinds.push(kind) };
}

describe("a client of a desk that wants keys", () => {
  it.each([
    ["without a key", undefined],
    ["with a bad key", BAD_KEY],
  ])("%s gets a clear error at once, by HTTP and by WebSocket", async (_, key) => {
    const client = createClient({ url: (await desk.serve()).url, key });
    const refused = { name: "AccessError", passes: false, message: expect.stringContaining("`key` of createClient") };
    const call = client.query(QuotesDocument);
    await expect(call).rejects.toBeInstanceOf(AccessError);
    await expect(call).rejects.toMatchObject({ ...refused, code: "UNAUTHENTICATED" });
    const { kinds, onStatus } = attempts();
    const stream = client.subscribe(FollowAccountDocument, {}, { onStatus });
    await expect(stream.next()).rejects.toMatchObject({ ...refused, code: "CLOSED_4401" });
    const follower = followAccount(client, { store: memoryCursor(), onStatus });
    await expect(follower.next()).rejects.toMatchObject({ ...refused, code: "CLOSED_4401" });
    expect(kinds).toEqual(["connecting", "connecting"]);
  });

  it("with a key does what its scopes allow, and is told what they do not", async () => {
    const key = await desk.newKey(["read"]);
    const client = createClient({ url: (await desk.serve()).url, key });
    expect((await client.query(QuotesDocument)).quotes).toEqual([]);
    const call = client.mutate(EnableDocument);
    await expect(call).rejects.toBeInstanceOf(ApiError);
    await expect(call).rejects.toMatchObject({ code: "FORBIDDEN", passes: false });
  });

  it("whose key is revoked meanwhile is told so, and does not come back", async () => {
    const { url } = await desk.serve();
    const { secret, revoke } = await makeKey(url);
    const client = createClient({ url, key: secret });
    await client.mutate(EnableDocument, { input: { name: "revoked" } });
    const { kinds, onStatus } = attempts();
    const events = followAccount(client, { account: "revoked", from: "session", store: memoryCursor(), onStatus });
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    await revoke();
    await expect(events.next()).rejects.toMatchObject({ name: "AccessError", code: "CLOSED_4403", passes: false });
    // One connection asked for the cursor, one followed.
    expect(kinds).toEqual(["connecting", "connected", "connecting", "connected"]);
  });

  it("whose key is renewed comes back with the next one, and misses nothing", async () => {
    const { url } = await desk.serve();
    const [first, second] = [await makeKey(url), await makeKey(url)];
    let current = first.secret;
    const client = createClient({ url, key: () => current });
    await client.mutate(EnableDocument, { input: { name: "renewed" } });
    const events = followAccount(client, { account: "renewed", from: "session", store: memoryCursor() });
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    current = second.secret;
    await first.revoke();
    await client.mutate(UpdateSettingsDocument, { input: { account: "renewed", settings: { maxPriceAge: 77 } } });
    const { value } = await events.next();
    expect(value).toMatchObject({ sequence: 2 });
    await events.return();
  });
});
