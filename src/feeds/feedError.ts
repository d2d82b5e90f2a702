// The failure of a feed that its user can put right: a file, an argument, a time zone.

/** Thrown with one clear sentence for the person who gave the file or argument; everything else that is thrown is a fault of ours. */
export class FeedError extends Error {
  override readonly name = "FeedError";
}

const QUOTED_CHARACTERS_MAX = 40;

/** Quotes a text of a file in a message: control characters escaped, cut at 40 characters. */
export function quoteText(text: string): string {
  const cut = text.length > QUOTED_CHARACTERS_MAX ? `${text.slice(0, QUOTED_CHARACTERS_MAX)}…` : text;
  return JSON.stringify(cut);
}
