// The live route: how an account stands to it, and the deliveries of what was routed.
import type { DeliveryRecord } from "../src/domain/deliveryRecord.ts";
import type { AccountView } from "../src/services/accountViews.ts";
import { confirmationOf } from "../src/services/promoteAccount.ts";
import { listDeliveries } from "../src/services/readDeliveries.ts";
import { Account } from "./account.ts";
import { ACCOUNT_ARGUMENT } from "./arguments.ts";
import { builder } from "./builder.ts";
import { textEnum } from "./enums.ts";
import { accountArgument } from "./globalIds.ts";
import { deliveryCursor } from "./pageCursors.ts";
import { pageOf } from "./paging.ts";
import { MAY_READ } from "./rules.ts";
import { Signal } from "./signal.ts";

const LiveStanding = builder.objectRef<AccountView>("LiveStanding").implement({
  description: "How an account stands to the live route. While it is enabled it trades on paper, whatever is here.",
  fields: (t) => ({
    routeConfigured: t.boolean({
      description: "Whether this desk has a live route at all.",
      resolve: (_account, _args, { desk }) => desk.desk.liveRoute !== undefined,
    }),
    promotedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When its owner promoted it; null where it is not promoted.",
      resolve: ({ account }) => account.promotedAt ?? null,
    }),
    confirmation: t.string({
      description: "The sentence that `promote` wants to be typed, to the letter.",
      resolve: ({ account }) => confirmationOf(account.name),
    }),
  }),
});

builder.objectField(Account, "live", (t) =>
  t.field({
    type: LiveStanding,
    description: "How it stands to the live route.",
    resolve: (view) => view,
  }),
);

const DeliveryState = textEnum("DeliveryState", "How far a delivery to the live route is.", {
  PENDING: "It waits to be sent, or for its next attempt.",
  DELIVERED: "The receiver has taken it.",
  FAILED: "It was given up for good: `failure` tells why.",
});

const DeliveryFailure = textEnum("DeliveryFailure", "Why a delivery was given up.", {
  REFUSED: "The receiver will not take it.",
  DEMOTED: "The account was demoted first.",
  SIGNAL_EXPIRED: "The signal expired before it was delivered.",
  TOO_OLD: "It could not be delivered within an hour.",
});

export const Delivery = builder.objectRef<DeliveryRecord>("Delivery").implement({
  description: "The delivery of a signal to the live route: at least once, with the same key at each attempt.",
  fields: (t) => ({
    signalId: t.exposeString("signalId", { description: "The sender's own id of the signal." }),
    state: t.expose("state", { type: DeliveryState, description: "How far it is." }),
    failure: t.expose("failure", {
      type: DeliveryFailure,
      nullable: true,
      description: "Why it was given up; null unless FAILED.",
    }),
    problem: t.exposeString("problem", {
      nullable: true,
      description: "What the last attempt ran into, in words for people; null where nothing has gone wrong.",
    }),
    attempts: t.exposeInt("attempts", { description: "How often it was sent so far." }),
    nextAttemptAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "Not before then it is sent again; null unless PENDING.",
      resolve: ({ state, nextAttemptAt }) => (state === "PENDING" ? nextAttemptAt : null),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the signal was routed." }),
    endedAt: t.expose("endedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was delivered or given up; null while it is PENDING.",
    }),
  }),
});

builder.prismaObjectField(Signal, "delivery", (t) =>
  t.field({
    type: Delivery,
    nullable: true,
    description: "Its delivery to the live route; null unless ROUTED_LIVE.",
    resolve: (signal, _args, { loaders }) => {
      if (signal.status !== "ROUTED_LIVE") return null;
      return signal.delivery ?? loaders.deliveries.load({ accountId: signal.accountId, signalId: signal.signalId });
    },
  }),
);

const DeliveryConnection = builder.connectionObject(
  { type: Delivery, name: "DeliveryConnection", description: "A page of a list of deliveries." },
  { name: "DeliveryEdge", description: "A delivery and its place in the list." },
);

builder.queryField("deliveries", (t) =>
  t.connection(
    {
      type: Delivery,
      authScopes: MAY_READ,
      description:
        "An account's deliveries to the live route, of all its sessions, newest first. None where there is no such account.",
      args: {
        account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
        state: t.arg({ type: DeliveryState, description: "Only those in this state." }),
      },
      resolve: (_root, { account, state, ...page }, { reads, viewer }) =>
        pageOf(page, { cursor: deliveryCursor, placeOf: ({ sequence }) => sequence }, () =>
          listDeliveries(reads, viewer, { account: accountArgument(account), state }),
        ),
    },
    DeliveryConnection,
  ),
);
