// What can go wrong: request errors with a code, and the expected failures that are members of the result unions.
import { GraphQLError } from "graphql";
import type { Issue } from "../src/domain/issues.ts";
import { builder } from "./builder.ts";

/** The codes of request errors: `extensions.code`. */
export type ErrorCode = "BAD_USER_INPUT" | "BAD_CURSOR" | "ACCOUNT_NOT_FOUND" | "BACKTEST_NOT_FOUND" | "FORBIDDEN";

/** An error that clients see as it is. */
export function requestError(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** A decision of a service, told apart by its kind. */
export interface Outcome<Kind extends string = string> {
  readonly kind: Kind;
}

const PROBLEM_OF_KIND: Readonly<Record<string, string>> = {
  invalid: "InvalidInput",
  accountNotFound: "AccountNotFound",
  conflict: "SignalConflict",
  sessionMismatch: "SessionMismatch",
  notFound: "PositionNotFound",
  alreadyClosed: "PositionAlreadyClosed",
  dataSetNotFound: "DataSetNotFound",
  backtestNotFound: "BacktestNotFound",
  apiKeyNotFound: "ApiKeyNotFound",
  tooManyBacktests: "TooManyBacktests",
};

/** How a result union tells its members: the success by the given kind, the problems by theirs. */
export function typeOfKind(successOfKind: Readonly<Record<string, string>>): (outcome: Outcome) => string {
  const typeOf = { ...PROBLEM_OF_KIND, ...successOfKind };
  return ({ kind }) => {
    const name = typeOf[kind];
    if (name === undefined) throw new Error(`no type shows the outcome ${kind}`);
    return name;
  };
}

export const Problem = builder.interfaceRef<Outcome>("Problem").implement({
  description: "An expected failure. Nothing was stored or changed because of it.",
  fields: (t) => ({
    message: t.string({
      description: "What is wrong, in a sentence for people.",
      resolve: () => {
        throw new Error("every problem says its own message");
      },
    }),
  }),
});

const InputIssue = builder.objectRef<Issue>("InputIssue").implement({
  description: "One fault of an input.",
  fields: (t) => ({
    path: t.exposeStringList("path", {
      description: "The way to the field, from the input (in a list: from the list's item) down.",
    }),
    message: t.exposeString("message", { description: "What is wrong with the field's value, and what is allowed." }),
  }),
});

interface Invalid extends Outcome<"invalid"> {
  readonly issues: readonly Issue[];
}

export const InvalidInput = builder.objectRef<Invalid>("InvalidInput").implement({
  description: "The input breaks bounds or contradicts itself. All its faults are told together.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "All issues in one sentence.",
      resolve: ({ issues }) => issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; "),
    }),
    issues: t.field({
      type: [InputIssue],
      description: "Every fault, each with the path of its field.",
      resolve: ({ issues }) => issues,
    }),
  }),
});

export const AccountNotFound = builder.objectRef<Outcome<"accountNotFound">>("AccountNotFound").implement({
  description: "There is no such account: `enable` makes one.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Says that there is no such account.",
      resolve: () => "There is no such account: enable makes one.",
    }),
  }),
});
