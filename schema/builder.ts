// Pothos, set up in one place: its plugins, scalars and defaults. The only file of the API that knows Prisma's types.
import SchemaBuilder from "@pothos/core";
import PrismaPlugin from "@pothos/plugin-prisma";
import RelayPlugin from "@pothos/plugin-relay";
import ScopeAuthPlugin from "@pothos/plugin-scope-auth";
import type { SchemaContext } from "./context.ts";
import { type AuthScopes, forbidden, scopesOf } from "./forbidden.ts";
import type PrismaTypes from "./generated/pothos.ts";
import { getDatamodel } from "./generated/pothos.ts";
import type { PositionParent, SignalParent, TradeParent } from "./parents.ts";
import { relayOptions } from "./relay.ts";
import type { ScalarTypes } from "./scalars.ts";

/** A row as Prisma reads it. */
export type StoredRow<Model extends keyof PrismaTypes> = PrismaTypes[Model]["Shape"];

type WithParent<Model extends keyof PrismaTypes, Parent> = Omit<PrismaTypes[Model], "Shape"> & { Shape: Parent };

/**
 * Prisma's models, with parents that may be an event's records too. They are shown in include mode, without a `select`:
 * with one, Pothos would put the present row in the place of what an event told.
 */
interface Models extends Omit<PrismaTypes, "Position" | "Trade" | "Signal"> {
  Position: WithParent<"Position", PositionParent>;
  Trade: WithParent<"Trade", TradeParent>;
  Signal: WithParent<"Signal", SignalParent>;
}

export interface SchemaTypes {
  Context: SchemaContext;
  PrismaTypes: Models;
  Scalars: ScalarTypes;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Connection: { count: () => Promise<number> };
  AuthScopes: AuthScopes;
}

export const builder = new SchemaBuilder<SchemaTypes>({
  // The rules come first of all: nothing else of a field runs for those who may not have it.
  plugins: [ScopeAuthPlugin, RelayPlugin, PrismaPlugin],
  scopeAuth: {
    authScopes: ({ viewer }) => scopesOf(viewer),
    // A subscription is judged when it is begun, and not again with each of its values.
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, { viewer }, { parentType, fieldName }) => forbidden(viewer, parentType, fieldName),
  },
  defaultFieldNullability: false,
  relay: relayOptions,
  prisma: {
    dmmf: getDatamodel(),
    client: () => {
      throw new Error("the API reads through src/services, which add the viewer's scope, never through Prisma itself");
    },
    exposeDescriptions: false,
  },
});
