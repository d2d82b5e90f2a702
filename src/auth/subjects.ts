// The subject of a token as it is kept and shown: on one line, of a bounded length, and of no two subjects the same.
import { hash } from "node:crypto";

/** Characters of a subject, as it is shown; of a longer one the beginning is, and then a hash of all of it. */
export const SUBJECT_CHARS_MAX = 255;
const HASH_CHARS = 32;
/** A backslash that is followed by this stands for no character: no other subject can be shown the same. */
const hashMark = (digest: string): string => `\\sha256{${digest}}`;
const CUT_CHARS_MAX = SUBJECT_CHARS_MAX - hashMark("0".repeat(HASH_CHARS)).length;

/** What cannot be seen, would begin a line or turn the direction of the text: all but the plain space. And the backslash. */
const HIDDEN = /^(?! )[\p{C}\p{Z}\\]$/u;

/** `\n` is shown as `\u{a}`, a backslash as two. */
export function shownSubject(subject: string): string {
  const shown = [...subject].map(shownCharacter);
  const whole = shown.join("");
  if (whole.length <= SUBJECT_CHARS_MAX) return whole;
  let cut = "";
  for (const character of shown) {
    if (cut.length + character.length > CUT_CHARS_MAX) break;
    cut += character;
  }
  return cut + hashMark(hash("sha256", whole).slice(0, HASH_CHARS));
}

function shownCharacter(character: string): string {
  if (!HIDDEN.test(character)) return character;
  return character === "\\" ? "\\\\" : `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
