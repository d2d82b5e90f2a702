// Judging a viewer by the rule of a field, and what those are told who may not have it.
import { GraphQLError, type GraphQLObjectType } from "graphql";
import type { Scope } from "../src/auth/scopes.ts";
import { isUnbound, type Viewer } from "../src/auth/viewer.ts";
import { ruleOf } from "./rules.ts";

/** What rules are made of: scopes, and being bound to no account. */
export type AuthScopes = Record<Scope | "unbound", boolean>;

/** What a viewer has of it. */
export function scopesOf(viewer: Viewer): AuthScopes {
  const has = (scope: Scope): boolean => viewer.scopes.has(scope);
  return {
    read: has("read"),
    trade: has("trade"),
    feed: has("feed"),
    admin: has("admin"),
    unbound: isUnbound(viewer),
  };
}

/** The error that names what the viewer lacks for a field, and nothing of what there is behind it. */
export function forbidden(viewer: Viewer, parentType: GraphQLObjectType, fieldName: string): GraphQLError {
  const field = parentType.getFields()[fieldName];
  const rule = JSON.stringify(field === undefined ? undefined : ruleOf(field)) ?? "";
  const has = scopesOf(viewer);
  const lacking = Object.entries(has).flatMap(([name, isHad]) => (rule.includes(`"${name}"`) && !isHad ? [name] : []));
  const scopes = lacking.filter((name) => name !== "unbound");
  const needs =
    scopes.length > 0 ? `needs the scope ${scopes.join(" and ")}, which your credentials do not have` : BOUND;
  return new GraphQLError(`${fieldName} ${needs}.`, { extensions: { code: "FORBIDDEN" } });
}

const BOUND = "is for credentials that are bound to no account: what it is about belongs to the owner as a whole";
