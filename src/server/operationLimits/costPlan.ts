// What an operation costs: worked out once for a document, to a number, or to sums over the variables that tell sizes.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
} from "graphql";
import { type GivenVariables, type SizeOf, sizeOf } from "./sizes.ts";
import {
  INTROSPECTION_WEIGHT,
  LIST_SIZE_ASSUMED,
  MUTATION_WEIGHT,
  OBJECT_WEIGHT,
  OPERATION_WEIGHT,
  PAGE_SIZE,
  PAGE_WEIGHT,
  SUBSCRIPTION_WEIGHT,
  WEIGHTS,
  type Weight,
} from "./weights.ts";

/** One evaluation: the variables, and the fragments whose cost is known already. */
interface Evaluation {
  readonly given: GivenVariables;
  readonly known: Map<Cost, number>;
}

/** A number, or what has to be worked out with the variables. */
type Cost = number | ((evaluation: Evaluation) => number);

/** What a selection costs: once for the object it is of, and for each row of a list whose size its parent tells. */
interface SelectionCost {
  readonly once: Cost;
  readonly each: Cost;
}

/** Pages are lists of edges of nodes: the rows are counted at the nodes. */
const FREE_TYPES = /(Connection|Edge|PageInfo)$/;

const value = (cost: Cost, evaluation: Evaluation): number => (typeof cost === "number" ? cost : cost(evaluation));

function sum(costs: readonly Cost[]): Cost {
  const known = costs.filter((cost) => typeof cost === "number").reduce((total, cost) => total + cost, 0);
  const open = costs.filter((cost) => typeof cost !== "number");
  if (open.length === 0) return known;
  return (evaluation) => open.reduce((total, cost) => total + cost(evaluation), known);
}

function times(size: SizeOf, cost: Cost): Cost {
  if (cost === 0) return 0;
  if (typeof size === "number" && typeof cost === "number") return size * cost;
  return (evaluation) => (typeof size === "number" ? size : size(evaluation.given)) * value(cost, evaluation);
}

/** The same, worked out once for each evaluation however often it is asked for. */
function remembered(cost: Cost): Cost {
  if (typeof cost === "number") return cost;
  return (evaluation) => {
    const known = evaluation.known.get(cost) ?? cost(evaluation);
    evaluation.known.set(cost, known);
    return known;
  };
}

function isList(field: GraphQLField<unknown, unknown>): boolean {
  return isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
}

function isPaged({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.some(({ name }) => name === "first") && args.some(({ name }) => name === "last");
}

/** The cost of one field of an operation, for those who are told which cost most. */
export interface FieldCost {
  /** Its coordinate in the schema. */
  readonly field: string;
  readonly cost: Cost;
}

/** Works out the cost of one operation. */
class Planning {
  readonly fields: FieldCost[] = [];
  private readonly schema: GraphQLSchema;
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly planned = new Map<string, SelectionCost>();
  private readonly defaults: ReadonlyMap<string, ValueNode>;

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.schema = schema;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
    this.defaults = new Map(
      (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
        defaultValue === undefined ? [] : [[variable.name.value, defaultValue]],
      ),
    );
  }

  selection(type: GraphQLNamedType | undefined, { selections }: SelectionSetNode): SelectionCost {
    const once: Cost[] = [];
    const each: Cost[] = [];
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) this.field(type, selection, once, each);
      else {
        const inner =
          selection.kind === Kind.FRAGMENT_SPREAD ? this.fragment(selection.name.value) : this.inline(type, selection);
        once.push(inner.once);
        each.push(inner.each);
      }
    }
    return { once: sum(once), each: sum(each) };
  }

  private inline(
    type: GraphQLNamedType | undefined,
    {
      typeCondition,
      selectionSet,
    }: {
      readonly typeCondition?: { readonly name: { readonly value: string } } | undefined;
      readonly selectionSet: SelectionSetNode;
    },
  ) {
    return this.selection(
      typeCondition === undefined ? type : this.schema.getType(typeCondition.name.value),
      selectionSet,
    );
  }

  private fragment(name: string): SelectionCost {
    const planned = this.planned.get(name);
    if (planned !== undefined) return planned;
    const fragment = this.fragments.get(name);
    if (fragment === undefined) return { once: 0, each: 0 };
    const { once, each } = this.selection(
      this.schema.getType(fragment.typeCondition.name.value),
      fragment.selectionSet,
    );
    const made = { once: remembered(once), each: remembered(each) };
    this.planned.set(name, made);
    return made;
  }

  private field(type: GraphQLNamedType | undefined, node: FieldNode, once: Cost[], each: Cost[]): void {
    const field = this.definition(type, node.name.value);
    if (field === undefined || type === undefined) return;
    const inner = node.selectionSet
      ? this.selection(getNamedType(field.type), node.selectionSet)
      : { once: 0, each: 0 };
    const coordinate = `${type.name}.${field.name}`;
    const { cost, size: rows, each: perRow = 0 } = this.weight(type, field, coordinate);
    const size = rows && sizeOf(node, rows, this.defaults);
    const own = isList(field) && size === undefined;
    const below = times(own ? LIST_SIZE_ASSUMED : (size ?? LIST_SIZE_ASSUMED), inner.each);
    const whole =
      isList(field) && size !== undefined
        ? sum([cost, times(size, sum([inner.once, perRow])), below])
        : sum([cost, inner.once, below, size === undefined ? 0 : times(size, perRow)]);
    this.fields.push({ field: coordinate, cost: whole });
    (own ? each : once).push(whole);
  }

  private weight(type: GraphQLNamedType, field: GraphQLField<unknown, unknown>, coordinate: string): Weight {
    if (Object.hasOwn(WEIGHTS, coordinate)) return WEIGHTS[coordinate] ?? { cost: 0 };
    if (type === this.schema.getSubscriptionType()) return { cost: SUBSCRIPTION_WEIGHT };
    if (type === this.schema.getMutationType()) return { cost: MUTATION_WEIGHT };
    if (isIntrospectionType(type))
      return { cost: isCompositeType(getNamedType(field.type)) ? INTROSPECTION_WEIGHT : 0 };
    if (isPaged(field)) return { cost: PAGE_WEIGHT, size: PAGE_SIZE };
    const answered = getNamedType(field.type);
    return { cost: isCompositeType(answered) && !FREE_TYPES.test(answered.name) ? OBJECT_WEIGHT : 0 };
  }

  private definition(type: GraphQLNamedType | undefined, name: string): GraphQLField<unknown, unknown> | undefined {
    if (type === this.schema.getQueryType() && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (type === this.schema.getQueryType() && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  }
}

/** The cost of an operation of a document. */
export interface CostPlan {
  /** A whole number. */
  cost(given: GivenVariables): number;
  /** The costliest fields, each with what is below it. */
  costliest(given: GivenVariables, count: number): readonly { readonly field: string; readonly cost: number }[];
}

/** Plans the cost of a valid document's operation; undefined where it has none of that name. */
export function planCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): CostPlan | undefined {
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const planning = new Planning(schema, document, operation);
  const { once, each } = planning.selection(
    schema.getRootType(operation.operation) ?? undefined,
    operation.selectionSet,
  );
  const total = sum([OPERATION_WEIGHT, once, times(LIST_SIZE_ASSUMED, each)]);
  const evaluate = (cost: Cost, given: GivenVariables): number => Math.ceil(value(cost, { given, known: new Map() }));
  if (typeof total === "number") {
    const known = Math.ceil(total);
    return { cost: () => known, costliest: (given, count) => costliest(planning.fields, given, count) };
  }
  return {
    cost: (given) => evaluate(total, given),
    costliest: (given, count) => costliest(planning.fields, given, count),
  };
}

/** The sum of each coordinate's places, highest first. */
function costliest(fields: readonly FieldCost[], given: GivenVariables, count: number) {
  const sums = new Map<string, number>();
  const evaluation = { given, known: new Map<Cost, number>() };
  for (const { field, cost } of fields) sums.set(field, (sums.get(field) ?? 0) + value(cost, evaluation));
  return [...sums]
    .map(([field, cost]) => ({ field, cost: Math.ceil(cost) }))
    .sort((one, other) => other.cost - one.cost)
    .slice(0, count);
}
