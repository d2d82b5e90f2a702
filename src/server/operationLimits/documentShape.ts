// The shape of a document, measured in one walk that cannot be made long: what it selects, and whether fragments go in circles.
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** What a document has, all definitions together and each fragment once. */
export interface DocumentShape {
  /** Fields, fragment spreads and inline fragments. */
  readonly selections: number;
  /** The most that one selection set of an operation selects at the top, fragments spread out: at most `topMax` + 1. */
  readonly rootFields: number;
  readonly fragments: number;
  /** Directives wherever they are written, of variables and fragments too. */
  readonly directives: number;
  /** The longest way down through selection sets and fragments; one more than `pathMax` where it is longer. */
  readonly path: number;
  /** A fragment spreads itself: the document is not valid, and nothing may walk along its fragments. */
  readonly isCircular: boolean;
}

/** How far the walk goes. */
export interface ShapeBounds {
  readonly pathMax: number;
  readonly rootFieldsMax: number;
}

const IN_PROGRESS = -1;

/** Each selection is walked once, whatever spreads it. */
class Walk {
  selections = 0;
  directives = 0;
  isCircular = false;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly bounds: ShapeBounds;
  private readonly heights = new Map<string, number>();

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, bounds: ShapeBounds) {
    this.fragments = fragments;
    this.bounds = bounds;
  }

  /** The levels below and with a selection set that is itself at `level`; it stops where these are too many. */
  height({ selections }: SelectionSetNode, level: number): number {
    if (level > this.bounds.pathMax) return 1;
    let highest = 0;
    for (const selection of selections) {
      this.selections += 1;
      this.directives += selection.directives?.length ?? 0;
      highest = Math.max(highest, this.below(selection, level));
    }
    return highest + 1;
  }

  fragmentHeight(name: string, level: number): number {
    const known = this.heights.get(name);
    if (known === IN_PROGRESS) this.isCircular = true;
    if (known !== undefined) return Math.max(known, 0);
    const fragment = this.fragments.get(name);
    if (fragment === undefined) return 0;
    this.heights.set(name, IN_PROGRESS);
    this.directives += fragment.directives?.length ?? 0;
    const height = this.height(fragment.selectionSet, level);
    this.heights.set(name, height);
    return height;
  }

  /** Fields at the top of an operation, through fragments, until they are too many. */
  rootFields({ selections }: SelectionSetNode, inside: ReadonlySet<string> = new Set()): number {
    let count = 0;
    for (const selection of selections) {
      if (count > this.bounds.rootFieldsMax) break;
      if (selection.kind === Kind.FIELD) count += 1;
      else if (selection.kind === Kind.INLINE_FRAGMENT) count += this.rootFields(selection.selectionSet, inside);
      else count += this.rootFieldsOf(selection.name.value, inside);
    }
    return count;
  }

  private rootFieldsOf(name: string, inside: ReadonlySet<string>): number {
    const fragment = this.fragments.get(name);
    if (fragment === undefined || inside.has(name)) return 0;
    // graphql-js takes a fragment once in a selection set; here each spread counts, and at least 1, so that this ends.
    return Math.max(1, this.rootFields(fragment.selectionSet, new Set([...inside, name])));
  }

  private below(selection: SelectionNode, level: number): number {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.fragmentHeight(selection.name.value, level + 1);
    return selection.selectionSet === undefined ? 0 : this.height(selection.selectionSet, level + 1);
  }
}

/** Measures a document in time that grows with its length only. */
export function measureShape(document: DocumentNode, bounds: ShapeBounds): DocumentShape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const walk = new Walk(fragments, bounds);
  let path = 0;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      path = Math.max(path, walk.fragmentHeight(definition.name.value, 1));
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    walk.directives += definition.directives?.length ?? 0;
    for (const { directives = [] } of definition.variableDefinitions ?? []) walk.directives += directives.length;
    path = Math.max(path, walk.height(definition.selectionSet, 1));
  }
  const { selections, directives, isCircular } = walk;
  const tooFar = isCircular || path > bounds.pathMax;
  const rootFields = tooFar ? 0 : mostRootFields(document, walk);
  return { selections, directives, isCircular, path, rootFields, fragments: fragments.size };
}

function mostRootFields({ definitions }: DocumentNode, walk: Walk): number {
  let most = 0;
  for (const definition of definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) most = Math.max(most, walk.rootFields(definition.selectionSet));
  }
  return most;
}
