// How old the feed is: the time since a price was accepted last.

export interface FeedAge {
  /** In milliseconds; before the first price, since the start. */
  ageMs(): number;
  /** Notes that prices were accepted just now. */
  heard(): void;
}

export function createFeedAge(): FeedAge {
  let heardMs = performance.now();
  return {
    ageMs: () => performance.now() - heardMs,
    heard: () => {
      heardMs = performance.now();
    },
  };
}
