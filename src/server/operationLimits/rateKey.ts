// Who an operation's cost is charged to: a key or token, or else the client's address.
import { isIPv6 } from "node:net";
import { actorText } from "../../auth/viewer.ts";
import type { OperationOrigin } from "../operation.ts";

const UNKNOWN = "unknown";
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/** The first half of an IPv6 address: a client has the other half to himself. */
function networkOf(address: string): string {
  const [before = "", after] = address.split("::");
  const groups = before === "" ? [] : before.split(":");
  if (after !== undefined) {
    const last = after === "" ? [] : after.split(":");
    while (groups.length + last.length < GROUPS) groups.push("0");
    groups.push(...last);
  }
  return `${groups.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}

const MAPPED = "::ffff:";

/** The address that a client is counted by: IPv4 as it is, IPv6 by its network. */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return UNKNOWN;
  if (address.startsWith(MAPPED) && address.includes(".")) return address.slice(MAPPED.length);
  return isIPv6(address) && address !== "::1" ? networkOf(address) : address;
}

/** Whose budget an operation is of. */
export type RateKeyOf = (origin: OperationOrigin) => string;

/** By the key or token that it came with; without, by the address that it came from. */
export const rateKeyOf: RateKeyOf = ({ viewer, address }) =>
  viewer.actor.kind === "local" ? addressKey(address) : actorText(viewer.actor);
