// One execution of a compiled operation: what graphql-js does, for as long as nothing goes wrong.
import {
  defaultTypeResolver,
  type ExecutionResult,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  isObjectType,
  TypeNameMetaFieldDef,
} from "graphql";
import type { CompiledField, Shape } from "./compiledOperation.ts";
import { infoOf, type Path, type Prepared, resolve } from "./compiledResolving.ts";
import { isPromise, Waiting } from "./compiledWaiting.ts";

/** The answer; undefined where anything went wrong: then graphql-js has to execute, and tells the errors. */
export type Outcome = ExecutionResult | undefined;

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

/** One execution of an operation. */
export class CompiledRun {
  private readonly prepared: Prepared;
  private readonly rootValue: unknown;
  private readonly waiting = new Waiting();

  constructor(prepared: Prepared, rootValue: unknown) {
    this.prepared = prepared;
    this.rootValue = rootValue;
  }

  /** Executes it, once. It answers a promise only where a resolver did. */
  execute(): Outcome | Promise<Outcome> {
    const { operation, variables } = this.prepared;
    const data = new Data();
    this.waiting.attempt(() => this.fill(data, operation.rootFields(variables), this.rootValue, undefined));
    return this.waiting.isOver ? this.outcome(data) : this.waiting.over().then(() => this.outcome(data));
  }

  private outcome(data: Data): Outcome {
    return this.waiting.hasFailed ? undefined : { data };
  }

  private fill(data: Data, fields: readonly CompiledField[], source: unknown, prev: Path | undefined): void {
    for (const field of fields) {
      const { key, definition, parentType, shape } = field;
      if (definition === TypeNameMetaFieldDef) {
        data[key] = parentType.name;
        continue;
      }
      const path = { prev, key, typename: parentType.name };
      const called = { field, info: infoOf(field, path, this.prepared, this.rootValue) };
      const value = resolve(field, source, called.info, this.prepared);
      if (isPromise(value)) {
        data[key] = null;
        this.waiting.await(value, (resolved) => {
          data[key] = this.complete(shape, resolved, called, path);
        });
      } else data[key] = this.complete(shape, value, called, path);
    }
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
    if (items.some(isPromise)) {
      this.waiting.await(Promise.all(items), (resolved) => this.completeItems(list, shape, resolved, called, path));
    } else this.completeItems(list, shape, items, called, path);
    return list;
  }

  private completeItems(list: unknown[], shape: Shape, items: readonly unknown[], called: Called, prev: Path): void {
    for (const [key, item] of items.entries()) {
      list.push(this.complete(shape, item, called, { prev, key, typename: undefined }));
    }
  }

  private completeAbstract(type: GraphQLAbstractType, value: unknown, called: Called, path: Path): Data {
    const data = new Data();
    const name = (type.resolveType ?? defaultTypeResolver)(value, this.prepared.contextValue, called.info, type);
    if (isPromise(name)) {
      this.waiting.await(name, (late) => this.fillObject(data, this.possibleType(type, late), value, called, path));
    } else this.fillObject(data, this.possibleType(type, name), value, called, path);
    return data;
  }

  private possibleType(type: GraphQLAbstractType, name: unknown): GraphQLObjectType {
    const { schema } = this.prepared.operation;
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
    const { operation, variables, contextValue } = this.prepared;
    const fields = operation.fieldsOf(field, type, variables);
    const isOfType = type.isTypeOf ? type.isTypeOf(value, contextValue, info) : true;
    if (isPromise(isOfType)) this.waiting.await(isOfType, (late) => this.fillOf(late, data, fields, value, path));
    else this.fillOf(isOfType, data, fields, value, path);
  }

  private fillOf(
    isOfType: boolean,
    data: Data,
    fields: readonly CompiledField[],
    value: unknown,
    prev: Path | undefined,
  ): void {
    if (!isOfType) throw WENT_WRONG;
    this.fill(data, fields, value, prev);
  }
}

function serialized(type: GraphQLLeafType, value: unknown): unknown {
  const shown = type.serialize(value);
  if (shown === null || shown === undefined) throw WENT_WRONG;
  return shown;
}

function isIterableObject(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    Symbol.iterator in value &&
    typeof value[Symbol.iterator] === "function"
  );
}
