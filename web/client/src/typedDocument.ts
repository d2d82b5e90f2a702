// A document that knows what it answers and which variables it takes. The types of other generators fit, too.

/** What code generators mark their documents with: structurally the DocumentTypeDecoration of typed-document-node. */
export interface DocumentTypeDecoration<Result, Variables> {
  __apiType?: (variables: Variables) => Result;
}

/** The text of an operation, and its types: what this package exports, and what graphql-codegen makes of one's own. */
export interface TypedDocument<Result, Variables> extends DocumentTypeDecoration<Result, Variables> {
  toString(): string;
}

/** An operation written by hand: the types are yours to get right. */
export function typedDocument<Result, Variables = Record<string, never>>(
  text: string,
): TypedDocument<Result, Variables> {
  return { toString: () => text };
}

/** The rest of a call's arguments: variables may be left out where none is needed. */
export type CallArguments<Variables, Options> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];
