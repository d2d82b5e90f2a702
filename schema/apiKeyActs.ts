// The acts on API keys: making one, revoking one.
import {
  createApiKey,
  KEY_ACCOUNTS_MAX,
  type KeyCreation,
  type KeyRevocation,
  revokeApiKey,
} from "../src/services/apiKeys.ts";
import { ApiKey, keysOf, Scope } from "./apiKey.ts";
import { builder } from "./builder.ts";
import { InvalidInput, type Outcome, Problem, typeOfKind } from "./errors.ts";
import { accountArgument, apiKeyIdOf } from "./globalIds.ts";
import { MAY_ADMINISTER } from "./rules.ts";

type Created = Extract<KeyCreation, { kind: "created" }>;
type Revoked = Extract<KeyRevocation, { kind: "revoked" }>;

const CreateApiKeyInput = builder.inputType("CreateApiKeyInput", {
  description: "What a key lets its bearer do, and for how long.",
  fields: (t) => ({
    name: t.string({ required: true, description: "What to call it: 1 to 64 characters." }),
    scopes: t.field({ type: [Scope], required: true, description: "What it lets its bearer do: at least one." }),
    accounts: t.idList({
      description:
        `Names or ids of the only accounts that are to exist for its bearer: 1 to ${KEY_ACCOUNTS_MAX}, whether they exist ` +
        "yet or not. Without it all of yours do. Such a key cannot have ADMIN, nor have to do with backtests and data sets.",
    }),
    expiresAt: t.field({ type: "DateTime", description: "From when on it is good for nothing; without it never." }),
  }),
});

const CreateApiKeyPayload = builder.objectRef<Created>("CreateApiKeyPayload").implement({
  description: "The key is made, and good from now on.",
  fields: (t) => ({
    apiKey: t.field({ type: ApiKey, description: "The key.", resolve: ({ apiKey }) => apiKey }),
    secret: t.exposeString("secret", {
      description: "What its bearer sends, as `Authorization: Bearer …`. It is told here, and never again.",
    }),
  }),
});

const CreateApiKeyResult = builder.unionType("CreateApiKeyResult", {
  description: "What became of `createApiKey`.",
  types: [CreateApiKeyPayload, InvalidInput],
  resolveType: typeOfKind({ created: "CreateApiKeyPayload" }),
});

const RevokeApiKeyInput = builder.inputType("RevokeApiKeyInput", {
  description: "Which key to revoke.",
  fields: (t) => ({ apiKey: t.id({ required: true, description: "The key's id." }) }),
});

const RevokeApiKeyPayload = builder.objectRef<Revoked>("RevokeApiKeyPayload").implement({
  description: "The key is revoked now, or was before.",
  fields: (t) => ({
    apiKey: t.field({ type: ApiKey, description: "The key.", resolve: ({ apiKey }) => apiKey }),
  }),
});

const ApiKeyNotFound = builder.objectRef<Outcome<"apiKeyNotFound">>("ApiKeyNotFound").implement({
  description: "There is no such key.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({ description: "Says that there is no such key.", resolve: () => "There is no such key." }),
  }),
});

const RevokeApiKeyResult = builder.unionType("RevokeApiKeyResult", {
  description: "What became of `revokeApiKey`.",
  types: [RevokeApiKeyPayload, ApiKeyNotFound],
  resolveType: typeOfKind({ revoked: "RevokeApiKeyPayload" }),
});

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreateApiKeyResult,
    authScopes: MAY_ADMINISTER,
    description: "Makes a key. Its secret is told in this answer, and never again.",
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: "What the key is for." }) },
    resolve: (_root, { input }, context) => {
      const accounts = input.accounts?.map((account) => accountArgument(account) ?? "");
      return createApiKey(keysOf(context).store, context.viewer, { ...input, accounts });
    },
  }),
  revokeApiKey: t.field({
    type: RevokeApiKeyResult,
    authScopes: MAY_ADMINISTER,
    description:
      "Revokes a key for good: at once on this server, within 60 seconds on others. What is open with it is closed.",
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true, description: "Which one." }) },
    resolve: (_root, { input }, context) => revokeApiKey(keysOf(context), context.viewer, apiKeyIdOf(input.apiKey)),
  }),
}));
