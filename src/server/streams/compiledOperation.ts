// An operation as it is executed again and again: the fields of each type, collected once by graphql-js itself.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
} from "graphql";
import { collectFields, collectSubfields } from "graphql/execution/collectFields.js";
import { getFieldDef } from "graphql/execution/execute.js";

/** Coerced variables, as resolvers find them in their `info`. */
export type Variables = GraphQLResolveInfo["variableValues"];

/** A field's type, taken apart. */
export type Shape =
  | { readonly kind: "nonNull"; readonly of: Shape }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "leaf"; readonly type: GraphQLLeafType }
  | { readonly kind: "abstract"; readonly type: GraphQLAbstractType }
  | { readonly kind: "object"; readonly type: GraphQLObjectType };

export interface CompiledField {
  /** Its name in the answer. */
  readonly key: string;
  /** Where it is in the document, and the first of these places: its arguments are the same in all. */
  readonly nodes: readonly FieldNode[];
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly shape: Shape;
  /** What is selected in it, of each type that it has answered so far. */
  readonly selections: Map<GraphQLObjectType, readonly CompiledField[]>;
}

/**
 * Fragments in fragments multiply: a short document can select millions of fields. So many are kept; those beyond are
 * collected in each execution.
 */
const KEPT_FIELDS_MAX = 5_000;

/** Serves all executions whose variables decide `@skip` and `@include` alike. */
export class CompiledOperation {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly fragments: GraphQLResolveInfo["fragments"];
  private readonly rootType: GraphQLObjectType;
  private collectedRoot: readonly CompiledField[] | undefined;
  private keptFields = 0;

  constructor(
    schema: GraphQLSchema,
    document: DocumentNode,
    definition: OperationDefinitionNode,
    rootType: GraphQLObjectType,
  ) {
    this.schema = schema;
    this.definition = definition;
    this.fragments = fragmentsOf(document);
    this.rootType = rootType;
  }

  rootFields(variables: Variables): readonly CompiledField[] {
    const { schema, fragments, rootType, definition } = this;
    this.collectedRoot ??= this.compile(
      rootType,
      collectFields(schema, fragments, variables, rootType, definition.selectionSet),
    );
    return this.collectedRoot;
  }

  /** What a field selects in an object of a type. */
  fieldsOf(field: CompiledField, type: GraphQLObjectType, variables: Variables): readonly CompiledField[] {
    const known = field.selections.get(type);
    if (known !== undefined) return known;
    const fields = this.compile(type, collectSubfields(this.schema, this.fragments, variables, type, field.nodes));
    if (this.keptFields + fields.length <= KEPT_FIELDS_MAX) {
      field.selections.set(type, fields);
      this.keptFields += fields.length;
    }
    return fields;
  }

  private compile(parentType: GraphQLObjectType, collected: ReadonlyMap<string, readonly FieldNode[]>) {
    const fields: CompiledField[] = [];
    for (const [key, nodes] of collected) {
      const [node] = nodes;
      const definition = node && getFieldDef(this.schema, parentType, node);
      if (!definition) continue;
      fields.push({ key, nodes, node, definition, parentType, shape: shapeOf(definition.type), selections: new Map() });
    }
    return fields;
  }
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

function shapeOf(type: GraphQLOutputType): Shape {
  if (isNonNullType(type)) return { kind: "nonNull", of: shapeOf(type.ofType) };
  if (isListType(type)) return { kind: "list", of: shapeOf(type.ofType) };
  if (isLeafType(type)) return { kind: "leaf", type };
  return isAbstractType(type) ? { kind: "abstract", type } : { kind: "object", type };
}
