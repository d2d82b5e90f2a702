// One execution of a compiled operation: what graphql-js does, for as long as nothing goes wrong.
import {
  defaultFieldResolver,
  defaultTypeResolver,
  type ExecutionResult,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  isObjectType,
  TypeNameMetaFieldDef,
} from "graphql";
import type { CompiledField, CompiledOperation, Shape, Variables } from "./compiledOperation.ts";

/** The answer; undefined where anything went wrong: then graphql-js has to execute, and tells the errors. */
export type Outcome = ExecutionResult | undefined;

type Path = GraphQLResolveInfo["path"];

/** Objects of an answer have no prototype to speak of: clients may call their fields `__proto__` or `constructor`. */
class Data {
  [key: string]: unknown;
}
Object.setPrototypeOf(Data.prototype, null);

/** Ends an execution wherever it is; nobody sees it. */
const WENT_WRONG = new Error("graphql-js has to execute this");

/** A field whose resolver was called, and where its value goes. */
interface Called {
  readonly field: CompiledField;
  readonly info: GraphQLResolveInfo;
}

export class CompiledRun {
  private readonly operation: CompiledOperation;
  private readonly variables: Variables;
  private readonly context: unknown;
  private readonly root: unknown;
  private awaited = 0;
  private hasFailed = false;
  private onSettled: (() => void) | undefined;

  constructor(operation: CompiledOperation, variables: Variables, context: unknown, root: unknown) {
    this.operation = operation;
    this.variables = variables;
    this.context = context;
    this.root = root;
  }

  /** Executes it, once. It answers a promise only where a resolver did. */
  execute(): Outcome | Promise<Outcome> {
    const data = new Data();
    const outcome = () => (this.hasFailed ? undefined : { data });
    this.attempt(() => this.fill(data, this.operation.rootFields, this.root, undefined));
    if (this.hasFailed || this.awaited === 0) return outcome();
    return new Promise((resolve) => {
      this.onSettled = () => resolve(outcome());
    });
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch {
      this.fail();
    }
  }

  private fail(): void {
    this.hasFailed = true;
    this.onSettled?.();
  }

  /** Goes on with the value of a promise when it is there, unless all is lost by then. */
  private await<Value>(promise: PromiseLike<Value>, use: (value: Value) => void): void {
    this.awaited += 1;
    promise.then(
      (value) => {
        if (this.hasFailed) return;
        this.attempt(() => use(value));
        this.awaited -= 1;
        if (this.awaited === 0) this.onSettled?.();
      },
      () => this.fail(),
    );
  }

  private fill(data: Data, fields: readonly CompiledField[], source: unknown, prev: Path | undefined): void {
    for (const field of fields) {
      const { key, definition, parentType, shape } = field;
      if (definition === TypeNameMetaFieldDef) {
        data[key] = parentType.name;
        continue;
      }
      const path = { prev, key, typename: parentType.name };
      const called = { field, info: this.infoOf(field, path) };
      const value = this.resolve(called, source);
      if (isPromise(value)) {
        data[key] = null;
        this.await(value, (resolved) => {
          data[key] = this.complete(shape, resolved, called, path);
        });
      } else data[key] = this.complete(shape, value, called, path);
    }
  }

  private resolve({ field: { definition, nodes }, info }: Called, source: unknown): unknown {
    const [node] = nodes;
    if (node === undefined) throw WENT_WRONG;
    const args = definition.args.length === 0 ? {} : getArgumentValues(definition, node, this.variables);
    return (definition.resolve ?? defaultFieldResolver)(source, args, this.context, info);
  }

  private infoOf({ definition, nodes, parentType }: CompiledField, path: Path): GraphQLResolveInfo {
    const { schema, fragments, definition: operation } = this.operation;
    return {
      fieldName: definition.name,
      fieldNodes: nodes,
      returnType: definition.type,
      parentType,
      path,
      schema,
      fragments,
      rootValue: this.root,
      operation,
      variableValues: this.variables,
    };
  }

  /** A resolved value as the answer shows it. */
  private complete(shape: Shape, value: unknown, called: Called, path: Path): unknown {
    if (value instanceof Error) throw WENT_WRONG;
    if (shape.kind === "nonNull") {
      const completed = this.complete(shape.of, value, called, path);
      if (completed === null) throw WENT_WRONG;
      return completed;
    }
    if (value === null || value === undefined) return null;
    switch (shape.kind) {
      case "leaf":
        return serialized(shape.type, value);
      case "list":
        return this.completeList(shape.of, value, called, path);
      case "object":
        return this.completeObject(shape.type, value, called, path);
      case "abstract":
        return this.completeAbstract(shape.type, value, called, path);
    }
  }

  private completeList(shape: Shape, values: unknown, called: Called, path: Path): unknown[] {
    if (!isIterableObject(values)) throw WENT_WRONG;
    const items = Array.from(values);
    const list: unknown[] = [];
    const completeAll = (resolved: readonly unknown[]) => {
      for (const [key, item] of resolved.entries()) {
        list.push(this.complete(shape, item, called, { prev: path, key, typename: undefined }));
      }
    };
    if (items.some(isPromise)) this.await(Promise.all(items), completeAll);
    else completeAll(items);
    return list;
  }

  private completeAbstract(type: GraphQLAbstractType, value: unknown, called: Called, path: Path): Data {
    const data = new Data();
    const name = (type.resolveType ?? defaultTypeResolver)(value, this.context, called.info, type);
    const fill = (typeName: unknown) => this.fillObject(data, this.possibleType(type, typeName), value, called, path);
    if (isPromise(name)) this.await(name, fill);
    else fill(name);
    return data;
  }

  private possibleType(type: GraphQLAbstractType, name: unknown): GraphQLObjectType {
    const { schema } = this.operation;
    const possible = typeof name === "string" ? schema.getType(name) : undefined;
    if (!isObjectType(possible) || !schema.isSubType(type, possible)) throw WENT_WRONG;
    return possible;
  }

  private completeObject(type: GraphQLObjectType, value: unknown, called: Called, path: Path): Data {
    const data = new Data();
    this.fillObject(data, type, value, called, path);
    return data;
  }

  private fillObject(data: Data, type: GraphQLObjectType, value: unknown, { field, info }: Called, path: Path): void {
    const fill = (isOfType: boolean) => {
      if (!isOfType) throw WENT_WRONG;
      this.fill(data, this.operation.fieldsOf(field, type, this.variables), value, path);
    };
    const isOfType = type.isTypeOf?.(value, this.context, info) ?? true;
    if (isPromise(isOfType)) this.await(isOfType, fill);
    else fill(isOfType);
  }
}

function serialized(type: GraphQLLeafType, value: unknown): unknown {
  const shown = type.serialize(value);
  if (shown === null || shown === undefined) throw WENT_WRONG;
  return shown;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function isIterableObject(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
