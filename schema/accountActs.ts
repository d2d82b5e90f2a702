// The acts on accounts: enabling, disabling, resetting, changing settings.
import { type Disabling, disableAccount } from "../src/services/disableAccount.ts";
import { type Enabling, enableAccount } from "../src/services/enableAccount.ts";
import { type Resetting, resetAccount } from "../src/services/resetAccount.ts";
import { type SettingsUpdate, updateSettings } from "../src/services/updateSettings.ts";
import { Account } from "./account.ts";
import { ACCOUNT_ARGUMENT } from "./arguments.ts";
import { builder } from "./builder.ts";
import { AccountNotFound, InvalidInput, Problem, typeOfKind } from "./errors.ts";
import { accountArgument } from "./globalIds.ts";
import { MAY_TRADE } from "./rules.ts";
import { SettingsInput } from "./settings.ts";

type Enabled = Extract<Enabling, { kind: "enabled" }>;
type Disabled = Extract<Disabling, { kind: "disabled" }>;
type Reset = Extract<Resetting, { kind: "reset" }>;
type Updated = Extract<SettingsUpdate, { kind: "updated" }>;
type Mismatch = Extract<Resetting, { kind: "sessionMismatch" }>;

const AFTERWARDS = "The account after it.";

const EnablePayload = builder.objectRef<Enabled>("EnablePayload").implement({
  description: "The account is enabled.",
  fields: (t) => ({
    account: t.field({ type: Account, description: AFTERWARDS, resolve: ({ account }) => account }),
  }),
});

const DisablePayload = builder.objectRef<Disabled>("DisablePayload").implement({
  description: "The account is disabled.",
  fields: (t) => ({
    account: t.field({ type: Account, description: AFTERWARDS, resolve: ({ account }) => account }),
    closedTrades: t.exposeInt("closedTrades", {
      description:
        "How many positions were open and have been closed: one trade for each. 0 where it was disabled before.",
    }),
  }),
});

const ResetPayload = builder.objectRef<Reset>("ResetPayload").implement({
  description: "The session has ended, and the next one has begun.",
  fields: (t) => ({
    account: t.field({ type: Account, description: "The account now.", resolve: ({ account }) => account }),
    endedSession: t.exposeInt("endedSession", { description: "The number of the session that was ended." }),
    replayed: t.exposeBoolean("replayed", {
      description: "Whether it had been ended before: then this request has changed nothing.",
    }),
  }),
});

const UpdateSettingsPayload = builder.objectRef<Updated>("UpdateSettingsPayload").implement({
  description: "The settings are in force.",
  fields: (t) => ({
    account: t.field({ type: Account, description: AFTERWARDS, resolve: ({ account }) => account }),
  }),
});

const SessionMismatch = builder.objectRef<Mismatch>("SessionMismatch").implement({
  description: "The session to end is none that the account has, or had.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Says which session is the present one.",
      resolve: ({ currentSession }) => `There is no such session: the present one is ${currentSession}.`,
    }),
    currentSession: t.exposeInt("currentSession", { description: "The number of the present session." }),
  }),
});

const EnableResult = builder.unionType("EnableResult", {
  description: "What became of `enable`.",
  types: [EnablePayload, InvalidInput],
  resolveType: typeOfKind({ enabled: "EnablePayload" }),
});

const DisableResult = builder.unionType("DisableResult", {
  description: "What became of `disable`.",
  types: [DisablePayload, AccountNotFound],
  resolveType: typeOfKind({ disabled: "DisablePayload" }),
});

const ResetResult = builder.unionType("ResetResult", {
  description: "What became of `reset`.",
  types: [ResetPayload, AccountNotFound, SessionMismatch, InvalidInput],
  resolveType: typeOfKind({ reset: "ResetPayload" }),
});

const UpdateSettingsResult = builder.unionType("UpdateSettingsResult", {
  description: "What became of `updateSettings`.",
  types: [UpdateSettingsPayload, AccountNotFound, InvalidInput],
  resolveType: typeOfKind({ updated: "UpdateSettingsPayload" }),
});

const EnableInput = builder.inputType("EnableInput", {
  description: "Which account to make or switch on.",
  fields: (t) => ({
    name: t.string({
      required: true,
      defaultValue: "main",
      description: "The account's name: a letter a-z, then up to 31 of a-z, 0-9 and '-'.",
    }),
    settings: t.field({
      type: SettingsInput,
      description:
        "Settings of the account that is made. One that exists keeps its own: others than these are InvalidInput.",
    }),
  }),
});

const DisableInput = builder.inputType("DisableInput", {
  description: "Which account to switch off.",
  fields: (t) => ({ account: t.id({ description: ACCOUNT_ARGUMENT }) }),
});

const ResetInput = builder.inputType("ResetInput", {
  description: "Which session to end.",
  fields: (t) => ({
    account: t.id({ description: ACCOUNT_ARGUMENT }),
    session: t.int({
      required: true,
      description: "The number of the session to end. One that has been ended already answers its result again.",
    }),
    settings: t.field({
      type: SettingsInput,
      description: "Settings of the next session, merged over those of the one that ends.",
    }),
  }),
});

const UpdateSettingsInput = builder.inputType("UpdateSettingsInput", {
  description: "Settings to change.",
  fields: (t) => ({
    account: t.id({ description: ACCOUNT_ARGUMENT }),
    settings: t.field({
      type: SettingsInput,
      required: true,
      description:
        "What to change. `startingCapital` can only change with `enable` or `reset`: it is InvalidInput here.",
    }),
  }),
});

builder.mutationFields((t) => ({
  enable: t.field({
    type: EnableResult,
    authScopes: MAY_TRADE,
    description: "Makes an account, or switches on one that exists. Repeating it changes nothing.",
    args: {
      input: t.arg({
        type: EnableInput,
        required: true,
        defaultValue: { name: "main" },
        description: "Which account, and its settings.",
      }),
    },
    resolve: (_root, { input }, { desk, viewer }) => enableAccount(desk.road, viewer, input),
  }),
  disable: t.field({
    type: DisableResult,
    authScopes: MAY_TRADE,
    description:
      "Closes all open positions at the newest prices, oldest first, and switches the account off. Repeating it changes nothing.",
    args: {
      input: t.arg({ type: DisableInput, required: true, defaultValue: {}, description: "Which account." }),
    },
    resolve: (_root, { input }, { desk, viewer }) => disableAccount(desk.road, viewer, accountArgument(input.account)),
  }),
  reset: t.field({
    type: ResetResult,
    authScopes: MAY_TRADE,
    description:
      "Closes what is open, archives the session, which stays readable, and begins the next with fresh capital. The " +
      "account stays enabled or disabled as it is. Repeating it answers the first result.",
    args: {
      input: t.arg({ type: ResetInput, required: true, description: "Which session, and the next one's settings." }),
    },
    resolve: (_root, { input }, { desk, viewer }) =>
      resetAccount(desk.road, viewer, { ...input, account: accountArgument(input.account) }),
  }),
  updateSettings: t.field({
    type: UpdateSettingsResult,
    authScopes: MAY_TRADE,
    description: "Changes settings. They hold from the next fill on.",
    args: { input: t.arg({ type: UpdateSettingsInput, required: true, description: "What to change, and where." }) },
    resolve: (_root, { input }, { desk, viewer }) =>
      updateSettings(desk.road, viewer, { ...input, account: accountArgument(input.account) }),
  }),
}));
