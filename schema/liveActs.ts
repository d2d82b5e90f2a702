// Opening and closing the way to the live route: promoting and demoting accounts.
import { GraphQLError } from "graphql";
import { type Demotion, demoteAccount } from "../src/services/demoteAccount.ts";
import { type Promotion, promoteAccount } from "../src/services/promoteAccount.ts";
import { Account } from "./account.ts";
import { ACCOUNT_ARGUMENT } from "./arguments.ts";
import { builder } from "./builder.ts";
import { Eligibility } from "./eligibility.ts";
import { AccountNotFound, InvalidInput, type Outcome, Problem, typeOfKind } from "./errors.ts";
import { accountArgument } from "./globalIds.ts";
import { MAY_ADMINISTER, MAY_TRADE } from "./rules.ts";

type Promoted = Extract<Promotion, { kind: "promoted" }>;
type Ineligible = Extract<Promotion, { kind: "notEligible" }>;
type Demoted = Extract<Demotion, { kind: "demoted" }>;

const PromotePayload = builder.objectRef<Promoted>("PromotePayload").implement({
  description: "The account is promoted.",
  fields: (t) => ({
    account: t.field({
      type: Account,
      description: "The account after it. It is enabled or disabled as before.",
      resolve: ({ account }) => account,
    }),
  }),
});

const DemotePayload = builder.objectRef<Demoted>("DemotePayload").implement({
  description: "The account is not promoted any more.",
  fields: (t) => ({
    account: t.field({ type: Account, description: "The account after it.", resolve: ({ account }) => account }),
    stoppedDeliveries: t.exposeInt("stoppedDeliveries", {
      description: "How many deliveries were pending and have been stopped. 0 where it was not promoted.",
    }),
  }),
});

const NotEligible = builder.objectRef<Ineligible>("NotEligible").implement({
  description: "The account has not shown enough on paper to go live.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Every check that is not passed.",
      resolve: ({ eligibility: { checks } }) =>
        checks.flatMap(({ passed, message }) => (passed ? [] : [message])).join(" "),
    }),
    eligibility: t.field({
      type: Eligibility,
      description: "All checks, as they stood at this moment.",
      resolve: ({ eligibility }) => eligibility,
    }),
  }),
});

const NoLiveRoute = builder.objectRef<Outcome<"noLiveRoute">>("NoLiveRoute").implement({
  description: "This desk has no live route.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Says that none is configured.",
      resolve: () => "No live route is configured on this desk.",
    }),
  }),
});

const PromoteResult = builder.unionType("PromoteResult", {
  description: "What became of `promote`.",
  types: [PromotePayload, AccountNotFound, InvalidInput, NoLiveRoute, NotEligible],
  resolveType: typeOfKind({ promoted: "PromotePayload", notEligible: "NotEligible", noLiveRoute: "NoLiveRoute" }),
});

const DemoteResult = builder.unionType("DemoteResult", {
  description: "What became of `demote`.",
  types: [DemotePayload, AccountNotFound],
  resolveType: typeOfKind({ demoted: "DemotePayload" }),
});

const PromoteInput = builder.inputType("PromoteInput", {
  description: "Which account to let go live.",
  fields: (t) => ({
    account: t.id({ description: ACCOUNT_ARGUMENT }),
    confirmation: t.string({
      required: true,
      description: "The sentence in the account's `live.confirmation`, to the letter: `promote main to live`.",
    }),
  }),
});

const DemoteInput = builder.inputType("DemoteInput", {
  description: "Which account to take back from live.",
  fields: (t) => ({ account: t.id({ description: ACCOUNT_ARGUMENT }) }),
});

builder.mutationFields((t) => ({
  promote: t.field({
    type: PromoteResult,
    authScopes: MAY_ADMINISTER,
    description:
      "Lets the signals of an account go to the live route while it is disabled and eligible, which is judged now and at " +
      "each signal. It neither enables nor disables it. Repeating it changes nothing.",
    args: { input: t.arg({ type: PromoteInput, required: true, description: "Which account, and the confirmation." }) },
    resolve: async (_root, { input }, { desk, viewer }) => {
      const account = accountArgument(input.account);
      const promotion = await promoteAccount(desk.road, viewer, { account, confirmation: input.confirmation });
      if (promotion.kind === "forbidden") throw adminNeeded();
      return promotion;
    },
  }),
  demote: t.field({
    type: DemoteResult,
    authScopes: MAY_TRADE,
    description:
      "Takes a promotion back at once. Deliveries that are pending are stopped: they become FAILED. One that is under way " +
      "at this moment may still arrive.",
    args: { input: t.arg({ type: DemoteInput, required: true, description: "Which account." }) },
    resolve: (_root, { input }, { desk, viewer }) => demoteAccount(desk.road, viewer, accountArgument(input.account)),
  }),
}));

/** The rule of the field says so before: this is what the service itself says. */
function adminNeeded(): GraphQLError {
  return new GraphQLError("promote needs the scope admin.", { extensions: { code: "FORBIDDEN" } });
}
