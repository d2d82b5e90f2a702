// Whose money an account moves now, as the banner on every page says it.
import type { AccountQuery } from "@papertape/client";

/** What of an account says it. */
export type StandingAccount = Pick<NonNullable<AccountQuery["account"]>, "name" | "status"> & {
  readonly live: { readonly promotedAt: string | null; readonly routeConfigured: boolean };
};

export interface Standing {
  /** "off" also where it is not known. */
  readonly kind: "paper" | "off" | "live";
  readonly text: string;
}

const NONE: Standing = { kind: "paper", text: "Paper trading: no real money is moved here." };
const UNKNOWN: Standing = {
  kind: "off",
  text: "Whether this account trades on paper is not known: it could not be read yet.",
};

/** Of an account that is there, one that there is not (null), or one that was not read yet (undefined). */
export function standingOf(account: StandingAccount | null | undefined): Standing {
  if (account === undefined) return UNKNOWN;
  if (account === null) return NONE;
  const { name, status, live } = account;
  const isOn = status === "ENABLED";
  if (live.promotedAt === null) {
    return isOn
      ? { kind: "paper", text: `Paper trading is on for “${name}”: no real money is moved.` }
      : { kind: "off", text: `Paper trading is off for “${name}”: signals are skipped.` };
  }
  if (isOn) {
    return {
      kind: "paper",
      text: `Paper trading is on for “${name}”: it is promoted, and goes live when it is switched off.`,
    };
  }
  return live.routeConfigured
    ? { kind: "live", text: `LIVE: signals for “${name}” leave for the live route while it is eligible.` }
    : { kind: "off", text: `“${name}” is promoted, but this server has no live route: signals are skipped.` };
}
