// Shared rendering: subscribers with the same operation and the same view get one execution and one text of each value.
import { type ExecutionResult, getOperationAST, Kind, type TypeNode } from "graphql";
import { LRUCache } from "lru-cache";
import type { Following } from "../../events/following.ts";
import { type MaskError, publicError } from "../errors.ts";
import type { Execution, ExecutionRequest } from "./compiledExecution.ts";

/** Texts that are kept for those of a channel who are behind the first, in bytes, of all channels together. */
const RENDERED_BYTES_MAX = 32 * 1024 * 1024;

/** Variables of these types say where a stream begins, and nothing of what a value looks like. */
const PLACE_TYPES: ReadonlySet<string> = new Set(["LogCursor"]);

/** The JSON of an execution's result, in UTF-8. */
export type Rendered = Buffer;

type Kept = Rendered | Promise<Rendered>;

/** What a text costs besides its bytes: its key, its place in the cache. */
const KEPT_OVERHEAD_BYTES = 300;

/** An operation whose source is followed. */
export interface FollowedOperation extends ExecutionRequest {
  readonly following: Following<unknown>;
  /** The document as it came. */
  readonly text: string;
}

/** Renders the values of all who have the same operation and the same view. */
export class Channel {
  readonly key: string;
  subscribers = 0;
  private readonly number: number;
  private readonly keyOf: (value: unknown) => string;
  private readonly execute: Execution;
  private readonly maskError: MaskError;
  private readonly kept: LRUCache<string, Kept>;
  private newest: { readonly value: unknown; readonly rendered: Kept } | undefined;

  constructor(
    { key, number }: { readonly key: string; readonly number: number },
    { keyOf }: Following<unknown>,
    execute: Execution,
    maskError: MaskError,
    kept: LRUCache<string, Kept>,
  ) {
    this.key = key;
    this.number = number;
    this.keyOf = keyOf;
    this.execute = execute;
    this.maskError = maskError;
    this.kept = kept;
  }

  /** The text of a value: made for the first who asks, and kept for a while where there are others. */
  render(value: unknown): Rendered | Promise<Rendered> {
    if (this.subscribers === 1) return this.make(value);
    if (this.newest === undefined || this.newest.value !== value) this.newest = { value, rendered: this.find(value) };
    return this.newest.rendered;
  }

  private find(value: unknown): Kept {
    const key = `${this.number} ${this.keyOf(value)}`;
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const rendered = this.make(value);
    this.keep(key, rendered);
    if (rendered instanceof Promise) void rendered.then((text) => this.keep(key, text));
    return rendered;
  }

  private keep(key: string, rendered: Kept): void {
    const bytes = rendered instanceof Promise ? 0 : rendered.length;
    this.kept.set(key, rendered, { size: bytes + KEPT_OVERHEAD_BYTES });
  }

  private make(value: unknown): Rendered | Promise<Rendered> {
    try {
      const result = this.execute(value);
      if (!(result instanceof Promise)) return this.toBytes(result);
      return result.then((late) => this.toBytes(late)).catch((error: unknown) => this.failed(error));
    } catch (error) {
      return this.failed(error);
    }
  }

  private toBytes(result: ExecutionResult): Rendered {
    return Buffer.from(JSON.stringify(this.shown(result)));
  }

  private failed(error: unknown): Rendered {
    return this.toBytes({ errors: [this.maskError(error)] });
  }

  private shown(result: ExecutionResult): object {
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map((error) => publicError(this.maskError(error))) };
  }
}

/** All channels of a server. */
export class Channels {
  private readonly prepare: (request: ExecutionRequest) => Execution;
  private readonly maskError: MaskError;
  private readonly channels = new Map<string, Channel>();
  private readonly kept = new LRUCache<string, Kept>({ maxSize: RENDERED_BYTES_MAX });
  private opened = 0;

  constructor(prepare: (request: ExecutionRequest) => Execution, maskError: MaskError) {
    this.prepare = prepare;
    this.maskError = maskError;
  }

  get size(): number {
    return this.channels.size;
  }

  join(operation: FollowedOperation): Channel {
    const key = channelKey(operation);
    const channel = this.channels.get(key) ?? this.open(key, operation);
    channel.subscribers += 1;
    return channel;
  }

  leave({ key }: { readonly key: string }): void {
    const channel = this.channels.get(key);
    if (channel === undefined) return;
    channel.subscribers -= 1;
    if (channel.subscribers === 0) this.channels.delete(key);
  }

  private open(key: string, operation: FollowedOperation): Channel {
    this.opened += 1;
    const place = { key, number: this.opened };
    const channel = new Channel(place, operation.following, this.prepare(operation), this.maskError, this.kept);
    this.channels.set(key, channel);
    return channel;
  }
}

function channelKey({ following, operationName, variableValues, document, text }: FollowedOperation): string {
  const given = variableValues ?? {};
  const telling = (getOperationAST(document, operationName)?.variableDefinitions ?? [])
    .filter(({ type }) => !PLACE_TYPES.has(typeName(type)))
    .map(({ variable }) => variable.name.value)
    .filter((name) => Object.hasOwn(given, name))
    .map((name) => [name, given[name]]);
  return JSON.stringify([following.audience, operationName ?? null, telling, text]);
}

function typeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeName(type.type);
}
