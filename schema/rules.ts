// Who may ask for what: every field of the API's roots names the scopes that it needs, and a schema in which one does not
// is refused.
import type { GraphQLField, GraphQLSchema } from "graphql";

/** For fields of mutations and subscriptions, and queries that need more than `read`: what is told of all queries. */
export const MAY_READ = { read: true } as const;
export const MAY_TRADE = { trade: true } as const;
export const MAY_FEED = { feed: true } as const;
/** For what belongs to the owner as a whole: nobody who is bound to accounts may have to do with it. */
export const MAY_READ_ALL = { $all: { read: true, unbound: true } } as const;
export const MAY_TRADE_ALL = { $all: { trade: true, unbound: true } } as const;
export const MAY_ADMINISTER = { $all: { admin: true, unbound: true } } as const;

const RULES: readonly unknown[] = [MAY_READ, MAY_TRADE, MAY_FEED, MAY_READ_ALL, MAY_TRADE_ALL, MAY_ADMINISTER];

/** The rule that a field was given; undefined where it has none of those above. */
export function ruleOf({ extensions }: GraphQLField<unknown, unknown>): object | undefined {
  const { authScopes } = (extensions["pothosOptions"] ?? {}) as { readonly authScopes?: object };
  return RULES.includes(authScopes) ? authScopes : undefined;
}

/** Throws where a field of a root has no rule: it would be open to everybody who was let in. */
export function checkRules(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const open = roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) =>
      ruleOf(field) === undefined ? [`${root?.name}.${field.name}`] : [],
    ),
  );
  if (open.length > 0) throw new Error(`no rule says who may ask for ${open.join(", ")}: give it authScopes`);
}
