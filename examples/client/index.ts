// What a bot imports.
export type { FollowStatus } from "./accountFeed.ts";
export { backoffMs } from "./backoff.ts";
export { type CursorStore, cursorFile, stateFile } from "./cursorStore.ts";
export type * from "./events.ts";
export { type AccountEvents, type FollowOptions, followAccount } from "./followAccount.ts";
export { FollowError } from "./followError.ts";
