// How many rows a field is asked for: from its arguments in the document, its variables, and what they are by default.
import { type FieldNode, Kind, type ValueNode } from "graphql";
import type { Size } from "./weights.ts";

/** The variables as they came. */
export type GivenVariables = Readonly<Record<string, unknown>>;

/** Values of variables where they are not given. */
export type VariableDefaults = ReadonlyMap<string, ValueNode>;

/** A number that is known, or one that depends on variables. */
export type SizeOf = number | ((given: GivenVariables) => number);

/** A number as it is, a list by its length; anything else tells no size. */
function sizeOfGiven(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === "number" && Number.isFinite(value) ? Math.max(0, value) : undefined;
}

function within(given: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return given;
  if (typeof given !== "object" || given === null || !Object.hasOwn(given, name)) return undefined;
  return within((given as Record<string, unknown>)[name], rest);
}

function sizeOfNode(
  node: ValueNode | undefined,
  path: readonly string[],
  defaults: VariableDefaults,
): SizeOf | undefined {
  const [name, ...rest] = path;
  switch (node?.kind) {
    case Kind.VARIABLE: {
      const variable = node.name.value;
      const otherwise = sizeOfNode(defaults.get(variable), path, new Map());
      return (given) => {
        const size = Object.hasOwn(given, variable) ? sizeOfGiven(within(given[variable], path)) : undefined;
        return size ?? (typeof otherwise === "number" ? otherwise : Number.NaN);
      };
    }
    case Kind.OBJECT: {
      const field = node.fields.find((one) => one.name.value === name);
      return name === undefined ? 1 : sizeOfNode(field?.value, rest, defaults);
    }
    case Kind.LIST:
      return node.values.length;
    case Kind.INT:
      return Math.max(0, Number(node.value));
    default:
      return undefined;
  }
}

/** How many rows a field is asked for, at most as many as it gives. */
export function sizeOf(node: FieldNode, { by, otherwise, max }: Size, defaults: VariableDefaults): SizeOf {
  const candidates: SizeOf[] = [];
  for (const path of by) {
    const [argument, ...rest] = path.split(".");
    const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
    const size = sizeOfNode(value, rest, defaults);
    if (size !== undefined) candidates.push(size);
  }
  const choose = (sizes: readonly number[]): number =>
    Math.min(sizes.find((size) => !Number.isNaN(size)) ?? otherwise, max);
  if (candidates.every((candidate) => typeof candidate === "number")) return choose(candidates);
  return (given) => choose(candidates.map((size) => (typeof size === "number" ? size : size(given))));
}
