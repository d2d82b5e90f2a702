// The shapes in which every feed hands over its prices and tells what it could not use.

/** A bar as a feed gives it; prices and volume are decimal strings in the form of domain.md 1. */
export interface FeedBar {
  readonly symbol: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume?: string;
  readonly start: Date;
  readonly intervalSeconds: number;
}

/** A quote as a feed gives it; price and volume are decimal strings in the form of domain.md 1. */
export interface FeedQuote {
  readonly symbol: string;
  readonly price: string;
  readonly volume?: string;
  readonly time: Date;
}

/** A line of a file that was skipped; lines count from 1, as an editor shows them. */
export interface LineFault {
  readonly line: number;
  readonly reason: string;
}
