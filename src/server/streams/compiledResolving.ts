// Calls the resolver of a field with what graphql-js gives to it.
import { defaultFieldResolver, type GraphQLResolveInfo, getArgumentValues } from "graphql";
import type { CompiledField, CompiledOperation, Variables } from "./compiledOperation.ts";

type Arguments = Readonly<Record<string, unknown>>;

/** What stays the same from one execution to the next. */
export interface Prepared {
  readonly operation: CompiledOperation;
  readonly variables: Variables;
  readonly contextValue: object;
  /** Arguments by their field, once they were coerced. */
  readonly knownArguments: WeakMap<CompiledField, Arguments>;
}

export type Path = GraphQLResolveInfo["path"];

/** Calls it for one of the objects that have the field. */
export function resolve(field: CompiledField, source: unknown, info: GraphQLResolveInfo, prepared: Prepared): unknown {
  const resolver = field.definition.resolve ?? defaultFieldResolver;
  return resolver(source, argumentsOf(field, prepared), prepared.contextValue, info);
}

/** An object of the resolver's own: it may change it. */
function argumentsOf(field: CompiledField, { variables, knownArguments }: Prepared): Record<string, unknown> {
  const { definition, node } = field;
  if (definition.args.length === 0) return {};
  let known = knownArguments.get(field);
  if (known === undefined) {
    known = getArgumentValues(definition, node, variables);
    knownArguments.set(field, known);
  }
  return { ...known };
}

/** What a resolver is told about the field and the execution. */
export function infoOf(field: CompiledField, path: Path, prepared: Prepared, rootValue: unknown): GraphQLResolveInfo {
  const { definition, nodes, parentType } = field;
  const { schema, fragments, definition: operation } = prepared.operation;
  return {
    fieldName: definition.name,
    fieldNodes: nodes,
    returnType: definition.type,
    parentType,
    path,
    schema,
    fragments,
    rootValue,
    operation,
    variableValues: prepared.variables,
  };
}
