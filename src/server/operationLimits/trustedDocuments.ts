// The manifest of trusted documents: only its operations run, named by the hash of their text or sent as they are.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { StartError } from "../../store/startError.ts";

const HASH = /^[0-9a-f]{64}$/;
const PREFIX = "sha256:";

/** Documents by their hashes. */
const plainManifest = z.record(z.string(), z.string());

/** As Apollo's tools write it. */
const apolloManifest = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string() })),
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The parameters of a request that may name a document. */
export interface DocumentReference {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

export class TrustedDocuments {
  private readonly texts = new Map<string, string>();
  private readonly known = new Set<string>();

  /** Documents with the ids that clients know them by, besides their hashes. */
  constructor(documents: Iterable<readonly [id: string, text: string]>) {
    for (const [id, text] of documents) {
      this.texts.set(id, text);
      this.texts.set(sha256(text), text);
      this.known.add(text);
    }
  }

  get size(): number {
    return this.known.size;
  }

  has(text: string): boolean {
    return this.known.has(text);
  }

  /** The text of the document that a request names without sending it; undefined where it does not, or names none. */
  textOf({ query, documentId, extensions }: DocumentReference): string | undefined {
    if (typeof query === "string" && query !== "") return undefined;
    const id = typeof documentId === "string" ? documentId : apolloHash(extensions);
    if (id === undefined) return undefined;
    return this.texts.get(id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id);
  }
}

function apolloHash(extensions: unknown): string | undefined {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null };
  return typeof persistedQuery?.sha256Hash === "string" ? persistedQuery.sha256Hash : undefined;
}

/** True if a request names a document by an id. */
export function namesDocument({ documentId, extensions }: DocumentReference): boolean {
  return typeof documentId === "string" || apolloHash(extensions) !== undefined;
}

/**
 * The documents of a manifest: `{ "<sha256>": "<document>" }`, where each hash must be its document's, or Apollo's operation
 * manifest, whose ids are taken as they are. Throws a StartError that says what is wrong with it.
 */
export function parseManifest(text: string, name: string): TrustedDocuments {
  const manifest = parseJson(text, name);
  const apollo = apolloManifest.safeParse(manifest);
  if (apollo.success) return new TrustedDocuments(apollo.data.operations.map(({ id, body }) => [id, body] as const));
  const plain = plainManifest.safeParse(manifest);
  if (!plain.success) {
    throw new StartError(
      `TRUSTED_DOCUMENTS: ${name} must be {"<sha256>": "<document>"} or Apollo's operation manifest`,
    );
  }
  // Not `plain.data`, from which Zod leaves out a key `__proto__` without a word.
  const entries = Object.entries(manifest as z.infer<typeof plainManifest>);
  return new TrustedDocuments(entries.map(([key, document]) => [hashOf(key, document, name), document]));
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StartError(`TRUSTED_DOCUMENTS: ${name} is not JSON`);
  }
}

function hashOf(key: string, document: string, name: string): string {
  const hash = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;
  if (HASH.test(hash) && hash === sha256(document)) return hash;
  throw new StartError(
    `TRUSTED_DOCUMENTS: ${name} has ${JSON.stringify(key)}, which is not the SHA-256 of its document`,
  );
}

/** The documents of the manifest in a file. Throws a StartError where it cannot be read or is none. */
export async function readTrustedDocuments(file: string): Promise<TrustedDocuments> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new StartError(`TRUSTED_DOCUMENTS: ${file} cannot be read (${code})`);
  }
  return parseManifest(text, file);
}
