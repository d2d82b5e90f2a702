// The store of API keys: hashes of secrets, never a secret.
import type { ApiKey, ApiKeyPlace, ApiKeyStore } from "../auth/keyPorts.ts";
import { isScope } from "../auth/scopes.ts";
import type { Range } from "../readPorts.ts";
import type { Database } from "./database.ts";
import type { Prisma, PrismaClient } from "./generated/client.ts";
import { withRetries } from "./retry.ts";

type Row = Prisma.ApiKeyGetPayload<{ omit: { hash: true } }>;

const WITHOUT_HASH = { hash: true } as const;

const NOTE_USES = `UPDATE api_keys SET last_used_at = noted.at
  FROM jsonb_to_recordset($1::jsonb) AS noted("keyId" uuid, at timestamptz)
  WHERE key_id = noted."keyId" AND (last_used_at IS NULL OR last_used_at < noted.at)`;

/** The store of API keys over an open database. */
export function createApiKeyStore({ prisma }: Pick<Database, "prisma">): ApiKeyStore {
  const findKey = async (owner: string, keyId: string): Promise<ApiKey | undefined> =>
    keyOf(await prisma.apiKey.findUnique({ where: { keyId, owner }, omit: WITHOUT_HASH }));
  return {
    addKey: async ({ scopes, accounts, ...key }) => {
      const data = { ...key, scopes: scopes.join(" "), accounts: accounts === null ? null : accounts.join(" ") };
      await prisma.apiKey.create({ data });
    },
    findByHash: async (hash) => keyOf(await prisma.apiKey.findUnique({ where: { hash }, omit: WITHOUT_HASH })),
    findKey,
    findUnrevoked: async (keyIds) => {
      const where = { keyId: { in: [...keyIds] }, revokedAt: null };
      return (await prisma.apiKey.findMany({ where, select: { keyId: true } })).map(({ keyId }) => keyId);
    },
    listKeys: (owner, range) => listKeys(prisma, owner, range),
    countKeys: (owner) => prisma.apiKey.count({ where: { owner } }),
    countLive: (at, owner) => {
      const where = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] };
      return prisma.apiKey.count({ where: { ...where, ...(owner === undefined ? {} : { owner }) } });
    },
    revoke: async (owner, keyId, at) => {
      const where = { owner, keyId, revokedAt: null };
      await withRetries(() => prisma.apiKey.updateMany({ where, data: { revokedAt: at } }));
      return findKey(owner, keyId);
    },
    noteUses: async (uses) => {
      await withRetries(() => prisma.$executeRawUnsafe(NOTE_USES, JSON.stringify(uses)));
    },
  };
}

async function listKeys(prisma: PrismaClient, owner: string, range: Range<ApiKeyPlace>): Promise<ApiKey[]> {
  const order = range.backward ? "asc" : "desc";
  const rows = await prisma.apiKey.findMany({
    where: { owner, AND: placesWithin(range) },
    orderBy: [{ createdAt: order }, { keyId: order }],
    take: range.limit,
    omit: WITHOUT_HASH,
  });
  return rows.flatMap((row) => keyOf(row) ?? []);
}

/** Newest first: what is after a place in the list is older. */
function placesWithin({ after, before }: Range<ApiKeyPlace>): Prisma.ApiKeyWhereInput[] {
  const beyond = ({ createdAt, keyId }: ApiKeyPlace, side: "lt" | "gt"): Prisma.ApiKeyWhereInput => ({
    OR: [{ createdAt: { [side]: createdAt } }, { createdAt, keyId: { [side]: keyId } }],
  });
  return [...(after ? [beyond(after, "lt")] : []), ...(before ? [beyond(before, "gt")] : [])];
}

/** Words that are no scopes (those of a newer version, say) let nobody do anything. */
function keyOf(row: Row | null): ApiKey | undefined {
  if (row === null) return undefined;
  const { scopes, accounts, ...key } = row;
  return { ...key, scopes: words(scopes).filter(isScope), accounts: accounts === null ? null : words(accounts) };
}

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}
