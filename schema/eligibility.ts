// Eligibility: whether an account has shown enough on paper to go live.
import type { EligibilityCheck as Check, Eligibility as Judged } from "../src/domain/eligibility.ts";
import { readEligibility } from "../src/services/readAccounts.ts";
import { ACCOUNT_ARGUMENT } from "./arguments.ts";
import { builder } from "./builder.ts";
import { textEnum } from "./enums.ts";
import { accountArgument } from "./globalIds.ts";
import { MAY_READ } from "./rules.ts";

const EligibilityCriterion = textEnum(
  "EligibilityCriterion",
  "What is asked of a session before its account may go live.",
  {
    DURATION: "At least 90 days since the session began.",
    POSITION_COUNT: "At least 20 closed positions, each counted once, however many trades closed it.",
    WIN_RATE: "More than 50 % of the closed positions made a profit.",
    AVERAGE_R_MULTIPLE: "The mean R multiple of the closed positions is above 1.5.",
  },
);

const EligibilityCheck = builder.objectRef<Check>("EligibilityCheck").implement({
  description: "One thing that is asked, and how it stands.",
  fields: (t) => ({
    criterion: t.expose("criterion", { type: EligibilityCriterion, description: "What is asked." }),
    required: t.expose("required", { type: "Decimal", description: "The threshold: days, positions, percent or R." }),
    actual: t.expose("actual", {
      type: "Decimal",
      nullable: true,
      description: "The figure so far, in the same unit; null where there is nothing to compute it from.",
    }),
    passed: t.exposeBoolean("passed", { description: "Whether it is met." }),
    message: t.exposeString("message", { description: "Both figures in a sentence." }),
  }),
});

export const Eligibility = builder.objectRef<Judged>("Eligibility").implement({
  description: "Whether the present session has shown enough to go live, with an honest word on sample size.",
  fields: (t) => ({
    eligible: t.exposeBoolean("eligible", { description: "Whether every check is passed." }),
    reason: t.exposeString("reason", {
      nullable: true,
      description: "Why there is nothing to judge yet; null where there is.",
    }),
    daysCompleted: t.exposeInt("daysCompleted", { description: "Whole days since the session began." }),
    daysRemaining: t.exposeInt("daysRemaining", { description: "Days that are missing; 0 where none are." }),
    progressPercentage: t.expose("progressPercentage", {
      type: "Decimal",
      description: "Days completed in percent of those required; at most 100.",
    }),
    checks: t.field({
      type: [EligibilityCheck],
      description: "Everything that is asked.",
      resolve: ({ checks }) => checks,
    }),
    winRateLow: t.expose("winRateLow", {
      type: "Decimal",
      nullable: true,
      description: "The lower end of the win rate's 95 % Wilson interval, in percent; null without closed positions.",
    }),
    winRateHigh: t.expose("winRateHigh", {
      type: "Decimal",
      nullable: true,
      description: "The upper end of the win rate's 95 % Wilson interval, in percent; null without closed positions.",
    }),
    averageRMultipleStandardError: t.expose("averageRMultipleStandardError", {
      type: "Decimal",
      nullable: true,
      description: "The standard error of the mean R multiple; null under two closed positions.",
    }),
    warnings: t.exposeStringList("warnings", {
      description: "What makes these figures less sure than they look: small samples, one large win, earlier sessions.",
    }),
  }),
});

builder.queryField("eligibility", (t) =>
  t.field({
    type: Eligibility,
    authScopes: MAY_READ,
    description: "Whether an account is eligible to go live. One that does not exist has a reason, not an error.",
    args: { account: t.arg.id({ description: ACCOUNT_ARGUMENT }) },
    resolve: (_root, { account }, { desk, viewer }) => readEligibility(desk.desk, viewer, accountArgument(account)),
  }),
);
