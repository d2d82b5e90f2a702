// What a followed account tells of.
import type { FollowAccountSubscription } from "./generated/graphql.ts";

/** An event that this package knows. */
export type KnownEvent = FollowAccountSubscription["accountEvents"];

/** An event of a newer server. Its name is another than this one, which stands for all that are not known here. */
export interface UnknownEvent extends Pick<KnownEvent, "cursor" | "sequence" | "marketTime" | "recordedAt" | "actor"> {
  readonly __typename: "%other";
}

/** What happens in an account, told by `__typename`. Unions and enums grow: keep a default branch. */
export type FollowedEvent = KnownEvent | UnknownEvent;
