// The secret of an API key: 32 random bytes with a mark and a checksum, stored as its hash alone.
import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/** What secrets begin with, so that scanners find those that were left somewhere. */
export const SECRET_MARK = "ptk_";
const SECRET_BYTES = 32;
const RANDOM_CHARS = Math.ceil((SECRET_BYTES * 8) / 6);
const CHECK_CHARS = 6;
/** How much of a secret is kept to be shown: enough to tell keys apart, and 30 of 256 bits. */
const PREFIX_CHARS = SECRET_MARK.length + 5;

const SECRET_PATTERN = new RegExp(`^${SECRET_MARK}[A-Za-z0-9_-]{${RANDOM_CHARS + CHECK_CHARS}}$`);

/** A new secret: `ptk_`, 43 characters of randomness in base64url, and 6 of a checksum. */
export function newSecret(): string {
  const random = `${SECRET_MARK}${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return `${random}${checkOf(random)}`;
}

/** Whether a text can be a secret at all: a mistyped one is known without a look into the database. */
export function isWellFormedSecret(text: string): boolean {
  return SECRET_PATTERN.test(text) && text.endsWith(checkOf(text.slice(0, -CHECK_CHARS)));
}

/**
 * What is stored of a secret, in hex. A fast hash is enough, and needs no salt: nobody guesses 256 random bits, where a slow
 * one guards what people choose; and it is computed for every request.
 */
export function hashOfSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** The beginning of a secret, which is shown in lists. */
export function prefixOfSecret(secret: string): string {
  return secret.slice(0, PREFIX_CHARS);
}

function checkOf(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64url");
}
