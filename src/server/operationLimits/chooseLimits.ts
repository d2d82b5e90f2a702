// The limits on operations and sockets as the environment sets them.
import type { Environment } from "../environment.ts";
import {
  OPERATION_LIMITS,
  type OperationLimits,
  RATE_BURST_SECONDS,
  RATE_COST_PER_SECOND,
  RATE_COST_PER_SECOND_OF_A_KEY,
  READING_SHARE_OF_A_CLIENT,
  SOCKETS_PER_CLIENT_MAX,
  SOCKETS_PER_KEY_MAX,
  SUBSCRIPTIONS_BEGUN_AT_ONCE_MAX,
} from "../limits.ts";

type LimitVariables = Pick<Environment, "RATE_COST_PER_SECOND" | "RATE_BURST" | "SOCKETS_PER_CLIENT" | "INTROSPECTION">;

/** Without keys, where all are on one machine, they are more generous than for each key. */
export function chooseLimits(environment: LimitVariables, hasKeys: boolean): OperationLimits {
  const {
    RATE_COST_PER_SECOND: rateCostPerSecond = hasKeys ? RATE_COST_PER_SECOND_OF_A_KEY : RATE_COST_PER_SECOND,
    RATE_BURST: rateBurst = rateCostPerSecond * RATE_BURST_SECONDS,
    SOCKETS_PER_CLIENT: socketsPerClientMax = hasKeys ? SOCKETS_PER_KEY_MAX : SOCKETS_PER_CLIENT_MAX,
    INTROSPECTION: introspection,
  } = environment;
  return {
    ...OPERATION_LIMITS,
    rateCostPerSecond,
    rateBurst,
    socketsPerClientMax,
    introspection,
    ...(hasKeys && {
      readingShareOfAClient: READING_SHARE_OF_A_CLIENT,
      subscriptionsBegunAtOnceMax: SUBSCRIPTIONS_BEGUN_AT_ONCE_MAX,
    }),
  };
}
