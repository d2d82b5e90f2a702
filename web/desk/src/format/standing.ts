// Whose money an account moves now, as the banner on every page says it.
import type { AccountQuery } from "@papertape/client";

/** What of an account says it. */
export type StandingAccount = Pick<NonNullable<AccountQuery["account"]>, "name" | "status"> & {
  readonly live: { readonly promotedAt: string | null };
};

export interface Standing {
  readonly kind: "paper" | "off" | "live";
  readonly text: string;
}

export function standingOf(account: StandingAccount | undefined): Standing {
  if (account === undefined) return { kind: "paper", text: "Paper trading: no real money is moved here." };
  const { name, status, live } = account;
  const isOn = status === "ENABLED";
  if (live.promotedAt === null) {
    return isOn
      ? { kind: "paper", text: `Paper trading is on for “${name}”: no real money is moved.` }
      : { kind: "off", text: `Paper trading is off for “${name}”: signals are skipped.` };
  }
  return isOn
    ? {
        kind: "paper",
        text: `Paper trading is on for “${name}”: it is promoted, and goes live when it is switched off.`,
      }
    : { kind: "live", text: `LIVE: signals for “${name}” leave for the live route.` };
}
