// API keys: what a secret looks like, what is kept of it, and when it stops letting anybody in.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiKey } from "../../src/auth/keyPorts.ts";
import { hashOfSecret, isWellFormedSecret, newSecret } from "../../src/auth/keySecret.ts";
import { createKeyDoor, KEY_REMEMBERED_MS } from "../../src/auth/keys.ts";
import { ownerViewer } from "../../src/auth/viewer.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "../../src/services/apiKeys.ts";
import { createApiKeyStore } from "../../src/store/apiKeys.ts";
import { databases, type TestDatabase } from "../support/databases.ts";

const OWNER = ownerViewer("local");
const HOUR_MS = 3_600_000;

describe("the secret of a key", () => {
  it("should be ptk_ and 49 characters, another each time", () => {
    const secrets = Array.from({ length: 100 }, newSecret);
    for (const secret of secrets) expect(secret).toMatch(/^ptk_[A-Za-z0-9_-]{49}$/);
    expect(new Set(secrets).size).toBe(secrets.length);
  });

  it("should be known to be mistyped, whichever character is another", () => {
    const place = fc.integer({ min: 4, max: 52 });
    const character = fc.constantFrom(..."ABCXYZabcxyz0189-_");
    fc.assert(
      fc.property(place, character, (at, other) => {
        const secret = newSecret();
        const mistyped = `${secret.slice(0, at)}${other}${secret.slice(at + 1)}`;
        expect(isWellFormedSecret(secret)).toBe(true);
        expect(isWellFormedSecret(mistyped)).toBe(mistyped === secret);
      }),
    );
  });

  it.each(["", "ptk_", "ptk_short", `ptk_${"A".repeat(49)}`, ` ${newSecret()}`, `${newSecret()}\n`])(
    "should not be %j",
    (text) => {
      expect(isWellFormedSecret(text)).toBe(false);
    },
  );
});

describe.each(databases)("a key on $name", ({ open }) => {
  let opened: TestDatabase;
  let store: ReturnType<typeof createApiKeyStore>;
  beforeAll(async () => {
    opened = await open();
    store = createApiKeyStore(opened.database);
  });
  afterAll(() => opened.remove());

  async function made(wishes: Partial<Parameters<typeof createApiKey>[2]> = {}) {
    const creation = await createApiKey(store, OWNER, { name: "bot", scopes: ["trade"], ...wishes });
    if (creation.kind !== "created") throw new Error(JSON.stringify(creation.issues));
    return creation;
  }

  it("should be kept as a hash alone", async () => {
    const { secret, apiKey } = await made();
    const rows = await opened.database.prisma.$queryRaw<object[]>`SELECT api_keys::text AS row FROM api_keys`;
    const text = JSON.stringify(rows);
    expect(text).toContain(hashOfSecret(secret));
    expect(text).not.toContain(secret);
    expect(text).not.toContain(secret.slice(12));
    expect(secret.startsWith(apiKey.prefix)).toBe(true);
    expect(apiKey.prefix).toHaveLength(9);
  });

  it("should come back as it was made", async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS);
    const { secret, apiKey } = await made({ scopes: ["feed", "read"], accounts: ["main", "other"], expiresAt });
    expect(await store.findByHash(hashOfSecret(secret))).toEqual(apiKey);
    expect(apiKey).toMatchObject({ scopes: ["read", "feed"], owner: "local", createdBy: "local", expiresAt });
    expect(apiKey.accounts).toHaveLength(2);
  });

  it("should let in until it expires, and be asked for once in a while only", async () => {
    const { secret, apiKey } = await made({ expiresAt: new Date(Date.now() + HOUR_MS) });
    let nowMs = Date.now();
    let queries = 0;
    const counted = {
      ...store,
      findByHash: (hash: string): Promise<ApiKey | undefined> => {
        queries += 1;
        return store.findByHash(hash);
      },
    };
    const door = createKeyDoor(counted, () => nowMs);
    const first = await Promise.all(Array.from({ length: 10 }, () => door.authenticate(secret)));
    expect(first.map(({ kind }) => kind)).toEqual(Array.from({ length: 10 }, () => "admitted"));
    expect(door.authenticate(secret)).toMatchObject({ kind: "admitted", keyId: apiKey.keyId });
    expect(queries).toBe(1);
    nowMs += HOUR_MS;
    expect(await door.authenticate(secret)).toMatchObject({ kind: "refused" });
  });

  it("should let nobody in any more: at once where it was revoked here, elsewhere when it is looked up again", async () => {
    const { secret, apiKey } = await made();
    let nowMs = Date.now();
    const here = createKeyDoor(store, () => nowMs);
    const elsewhere = createKeyDoor(store, () => nowMs);
    for (const door of [here, elsewhere]) expect((await door.authenticate(secret)).kind).toBe("admitted");
    const revocation = await revokeApiKey({ store, revoked: (keyId) => here.forget(keyId) }, OWNER, apiKey.keyId);
    expect(revocation).toMatchObject({ kind: "revoked", apiKey: { keyId: apiKey.keyId } });
    expect((await here.authenticate(secret)).kind).toBe("refused");
    expect((await elsewhere.authenticate(secret)).kind).toBe("admitted");
    nowMs += KEY_REMEMBERED_MS + 1;
    expect((await elsewhere.authenticate(secret)).kind).toBe("refused");
    expect(KEY_REMEMBERED_MS).toBeLessThanOrEqual(60_000);
  });

  it("should stay revoked as it was when it is revoked again", async () => {
    const { apiKey } = await made();
    const keys = { store, revoked: () => undefined };
    const first = await revokeApiKey(keys, OWNER, apiKey.keyId);
    expect(await revokeApiKey(keys, OWNER, apiKey.keyId)).toEqual(first);
  });

  it("should be nobody else's to revoke or to see", async () => {
    const { secret, apiKey } = await made();
    const ben = ownerViewer("ben");
    expect(await revokeApiKey({ store, revoked: () => undefined }, ben, apiKey.keyId)).toEqual({
      kind: "apiKeyNotFound",
    });
    expect(await listApiKeys({ store }, ben).count()).toBe(0);
    expect((await createKeyDoor(store).authenticate(secret)).kind).toBe("admitted");
  });

  it("should tell when it was last used", async () => {
    const { secret, apiKey } = await made();
    const door = createKeyDoor(store);
    const before = new Date();
    await door.authenticate(secret);
    expect((await store.findKey("local", apiKey.keyId))?.lastUsedAt).toBeNull();
    await door.saveUses();
    const { lastUsedAt } = (await store.findKey("local", apiKey.keyId)) ?? {};
    expect(lastUsedAt?.getTime()).toBeGreaterThanOrEqual(before.getTime());
  });

  it.each([
    [{ name: "" }, "name"],
    [{ scopes: [] }, "scopes"],
    [{ accounts: [] }, "accounts"],
    [{ accounts: ["main"], scopes: ["admin"] as const }, "scopes"],
    [{ expiresAt: new Date(0) }, "expiresAt"],
  ])("should not be made with %j", async (wishes, field) => {
    const before = await store.countKeys("local");
    const creation = await createApiKey(store, OWNER, { name: "bot", scopes: ["read"], ...wishes });
    expect(creation).toMatchObject({ kind: "invalid", issues: [{ path: [field] }] });
    expect(await store.countKeys("local")).toBe(before);
  });

  it("should be listed newest first, a page at a time", async () => {
    const ana = ownerViewer("ana");
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) {
      const creation = await createApiKey(store, ana, { name, scopes: ["read"] });
      if (creation.kind === "created") ids.unshift(creation.apiKey.keyId);
    }
    const list = listApiKeys({ store }, ana);
    const page = { before: undefined, limit: 2, backward: false };
    const first = await list.find({ ...page, after: undefined });
    const second = await list.find({ ...page, after: first.at(-1) });
    expect([...first, ...second].map(({ keyId }) => keyId)).toEqual(ids);
  });
});
