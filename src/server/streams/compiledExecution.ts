// Executes one operation again and again, each time for another root value, with the answers that graphql-js gives.
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  OperationTypeNode,
  visit,
} from "graphql";
import { CompiledOperation, type Variables } from "./compiledOperation.ts";
import { CompiledRun } from "./compiledRun.ts";

/** Executes one operation again and again, each time for another root value. */
export type Execution = (rootValue: unknown) => ExecutionResult | Promise<ExecutionResult>;

/** What `execute` of graphql-js takes, but for the root value. The document must be valid. */
export interface ExecutionRequest {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Record<string, unknown> | null | undefined;
  readonly contextValue: object;
}

/** An operation may be kept in so many forms, one for each way in which variables decide its `@skip` and `@include`. */
const KEPT_FORMS_MAX = 16;

/** What was compiled of a document; it goes when the document goes. */
interface CompiledDocument {
  readonly schema: GraphQLSchema;
  /** The variables in directives: they decide what is selected. */
  readonly conditions: readonly string[];
  readonly forms: Map<string, CompiledOperation>;
}

/**
 * Executions that share what is compiled of a document, over all who prepare one of the same document object.
 *
 * Fields are collected by graphql-js itself, once; an execution then only calls resolvers and completes values, and is
 * synchronous where they are. Whatever goes wrong in it is left to graphql-js, which executes the same anew: its errors
 * are the only ones. Resolvers of queries and subscriptions only read, so doing so twice does no harm; mutations are
 * never compiled. No code is made out of what clients send.
 *
 * `reference` is what executes where compiled execution does not.
 */
export function createExecutions(reference: typeof execute = execute): {
  prepare(request: ExecutionRequest): Execution;
} {
  const documents = new WeakMap<DocumentNode, CompiledDocument>();

  function documentOf({ schema, document }: ExecutionRequest): CompiledDocument {
    const known = documents.get(document);
    if (known?.schema === schema) return known;
    const compiled = { schema, conditions: conditionsOf(document), forms: new Map<string, CompiledOperation>() };
    documents.set(document, compiled);
    return compiled;
  }

  function operationOf(request: ExecutionRequest, variables: Variables): CompiledOperation | undefined {
    const { schema, document, operationName } = request;
    const { conditions, forms } = documentOf(request);
    const form = JSON.stringify([operationName ?? null, ...conditions.map((name) => variables[name])]);
    const known = forms.get(form);
    if (known !== undefined) return known;
    const definition = getOperationAST(document, operationName);
    const rootType = definition && schema.getRootType(definition.operation);
    if (!definition || !rootType) return undefined;
    const operation = new CompiledOperation(schema, document, definition, rootType);
    if (forms.size < KEPT_FORMS_MAX) forms.set(form, operation);
    return operation;
  }

  return {
    /** Gets an operation ready to be executed. Answers are those of graphql-js, also where it cannot be executed at all. */
    prepare(request: ExecutionRequest): Execution {
      const byReference: Execution = (rootValue) => reference({ ...request, rootValue });
      const variables = variablesOf(request);
      const operation = variables && operationOf(request, variables);
      if (variables === undefined || operation === undefined) return byReference;
      const prepared = { operation, variables, contextValue: request.contextValue, knownArguments: new WeakMap() };
      return (rootValue) => {
        const outcome = new CompiledRun(prepared, rootValue).execute();
        if (outcome instanceof Promise) return outcome.then((result) => result ?? byReference(rootValue));
        return outcome ?? byReference(rootValue);
      };
    },
  };
}

/** The coerced variables of an operation that may be compiled. */
function variablesOf({ schema, document, operationName, variableValues }: ExecutionRequest): Variables | undefined {
  const definition = getOperationAST(document, operationName);
  if (!definition || definition.operation === OperationTypeNode.MUTATION) return undefined;
  return getVariableValues(schema, definition.variableDefinitions ?? [], variableValues ?? {}).coerced;
}

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ arguments: given = [] }) => {
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
