// The audit trail of what was done: every field of every mutation, whoever asked for it, on whatever way it came.
import { defaultFieldResolver, GraphQLError, type GraphQLField, type GraphQLSchema } from "graphql";
import { actorText, type Viewer } from "../src/auth/viewer.ts";

export interface Act {
  readonly actor: string;
  readonly owner: string;
  /** The field of the mutation. */
  readonly act: string;
  /** The name that the client gave to its operation; cut where it is long. */
  readonly operation: string | undefined;
  /** The kind of the result, how many results there were, or the code of the error. */
  readonly outcome: string;
}

export type Audit = (act: Act) => void;

/** What the trail needs of a context. */
interface Audited {
  readonly viewer: Viewer;
  readonly audit?: Audit | undefined;
}

const OPERATION_CHARS_MAX = 100;

/** Makes each field of the mutations tell `audit` of its context what became of it; arguments are never told. */
export function auditMutations(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) audit(field);
}

function audit(field: GraphQLField<unknown, Audited>): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = async (root, args, context, info) => {
    if (context.audit === undefined) return resolve(root, args, context, info);
    const { actor, owner } = context.viewer;
    const operation = info.operation.name?.value.slice(0, OPERATION_CHARS_MAX);
    const tell = (outcome: string): void =>
      context.audit?.({ actor: actorText(actor), owner, act: field.name, operation, outcome });
    try {
      const result: unknown = await resolve(root, args, context, info);
      tell(outcomeOf(result));
      return result;
    } catch (error) {
      tell(codeOf(error));
      throw error;
    }
  };
}

function outcomeOf(result: unknown): string {
  if (Array.isArray(result)) return `${result.length} results`;
  if (typeof result === "object" && result !== null && "kind" in result) return String(result.kind);
  return "done";
}

function codeOf(error: unknown): string {
  return error instanceof GraphQLError ? String(error.extensions["code"]) : "failed";
}
