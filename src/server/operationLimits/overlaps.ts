// How often a document repeats fields, which validation compares each with each: counted before it does, and not beyond a limit.
import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";

/** Arguments are compared as text: so many of their characters weigh as much as a comparison without them. */
const CHARS_FOR_ONE = 20;

function weightOf({ arguments: given = [] }: FieldNode): number {
  const [first] = given;
  const start = first?.loc?.start ?? 0;
  return 1 + ((given.at(-1)?.loc?.end ?? start) - start) / CHARS_FOR_ONE;
}

/** Counts within selection sets whose results are merged, and those below them. */
class Count {
  total = 0;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly max: number;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, max: number) {
    this.fragments = fragments;
    this.max = max;
  }

  merged(sets: readonly SelectionSetNode[]): void {
    const groups = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const set of sets) this.collect(set, groups, spread);
    for (const fields of groups.values()) {
      const weight = fields.reduce((sum, field) => sum + weightOf(field), 0);
      this.total += (weight * (fields.length - 1)) / 2;
      if (this.total > this.max) return;
      const below = fields.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
      if (below.length > 0) this.merged(below);
    }
  }

  /** The fields of a set by the names that they answer to; each fragment once, as validation does. */
  private collect({ selections }: SelectionSetNode, groups: Map<string, FieldNode[]>, spread: Set<string>): void {
    for (const selection of selections) {
      // Fragments can make this walk itself long.
      this.total += 1;
      if (this.total > this.max) return;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const group = groups.get(name);
        if (group === undefined) groups.set(name, [selection]);
        else group.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) this.collect(selection.selectionSet, groups, spread);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = this.fragments.get(selection.name.value);
        if (fragment !== undefined) this.collect(fragment.selectionSet, groups, spread);
      }
    }
  }
}

/**
 * The comparisons that a document without circles makes validation do, about, and the selections that are looked at for
 * them; a number above `max` where there are more.
 */
export function countOverlaps(document: DocumentNode, max: number): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const count = new Count(fragments, max);
  for (const definition of document.definitions) {
    if ("selectionSet" in definition) count.merged([definition.selectionSet]);
    if (count.total > max) break;
  }
  return Math.ceil(count.total);
}
