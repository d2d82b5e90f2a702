// API keys: their type, which never has a secret, and the list of them.
import type { ApiKey as StoredApiKey } from "../src/auth/keyPorts.ts";
import { type ApiKeys, listApiKeys } from "../src/services/apiKeys.ts";
import { builder } from "./builder.ts";
import type { SchemaContext } from "./context.ts";
import { accountGlobalId, apiKeyGlobalId } from "./globalIds.ts";
import { apiKeyCursor } from "./pageCursors.ts";
import { pageOf } from "./paging.ts";
import { MAY_ADMINISTER } from "./rules.ts";

export const Scope = builder.enumType("Scope", {
  description: "What a key lets its bearer do.",
  values: {
    READ: { value: "read", description: "Seeing: queries, subscriptions, exports." },
    TRADE: { value: "trade", description: "Acting on accounts and backtests; and READ." },
    FEED: { value: "feed", description: "Publishing prices, and importing bars. Nothing can be seen with it alone." },
    ADMIN: { value: "admin", description: "All of these; and deleting, and keys." },
  } as const,
});

export const ApiKey = builder.objectRef<StoredApiKey>("ApiKey").implement({
  description: "A key by which programs come in. Its secret was told once, when it was made, and is kept nowhere.",
  fields: (t) => ({
    id: t.id({
      description: "Opaque; `revokeApiKey` takes it, `node` does not.",
      resolve: ({ keyId }) => apiKeyGlobalId(keyId),
    }),
    name: t.exposeString("name", { description: "What its maker called it." }),
    prefix: t.exposeString("prefix", { description: "The beginning of its secret, to tell keys apart." }),
    scopes: t.field({ type: [Scope], description: "What it lets its bearer do.", resolve: ({ scopes }) => scopes }),
    accounts: t.field({
      type: ["ID"],
      nullable: true,
      description: "The ids of the only accounts that exist for its bearer; null where it is bound to none.",
      resolve: ({ accounts }) => accounts?.map(accountGlobalId) ?? null,
    }),
    createdBy: t.exposeString("createdBy", {
      description: "Who made it: `local`, `key:` and a key's id, `token:` and a subject, or `command`.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "From then on it is good for nothing; null for ever.",
    }),
    revokedAt: t.expose("revokedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was revoked; null where it was not.",
    }),
    lastUsedAt: t.expose("lastUsedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was last used, a minute late at the most; null for never.",
    }),
  }),
});

const ApiKeyConnection = builder.connectionObject(
  { type: ApiKey, name: "ApiKeyConnection", description: "A page of a list of keys." },
  { name: "ApiKeyEdge", description: "A key and its place in the list." },
);

/** The keys of a desk that has some. */
export function keysOf({ apiKeys }: SchemaContext): ApiKeys {
  if (apiKeys === undefined) throw new Error("this desk has no keys");
  return apiKeys;
}

builder.queryField("apiKeys", (t) =>
  t.connection(
    {
      type: ApiKey,
      authScopes: MAY_ADMINISTER,
      description: "Your keys, newest first; those that were revoked or have expired too.",
      resolve: (_root, args, context) =>
        pageOf(
          args,
          { cursor: apiKeyCursor, placeOf: ({ createdAt, keyId }: StoredApiKey) => ({ createdAt, keyId }) },
          () => listApiKeys(keysOf(context), context.viewer),
        ),
    },
    ApiKeyConnection,
  ),
);
