// Accounts through the API: made, switched, reset and changed; found by id or name, by their owner only.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { type ApiDesk, START, startApiDesk } from "../support/apiDesk.ts";
import { Disable, Enable, ExecuteSignal, PublishQuotes, Reset, UpdateSettings } from "../support/documents.ts";

const AccountByIdOrName = graphql(`
  query AccountByIdOrName($account: ID) {
    account(account: $account) { id name }
  }
`);

const WholeAccount = graphql(`
  query WholeAccount($account: ID) {
    account(account: $account) {
      id name status session
      startingCapital currentCapital availableFunds equity peakEquity
      totalRealizedPnl totalUnrealizedPnl totalCommissionPaid totalSlippageCost
      totalTrades winningTrades losingTrades winRate averageRMultiple maxDrawdown currentHeat
      settings {
        startingCapital commissionPerShare slippagePercentage useRealisticFills
        maxTradeRisk maxPortfolioHeat maxCampaignRisk target1Fraction breakevenAfterTarget1 maxPriceAge
      }
      paperTradingStartDate cursor sessionCursor createdAt updatedAt
    }
  }
`);

const NodeById = graphql(`
  query NodeById($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Account { name }
      ... on Position { symbol }
      ... on Trade { exitReason }
      ... on Signal { signalId }
    }
  }
`);

const AccountPage = graphql(`
  query AccountPage($first: Int, $after: String, $last: Int, $before: String) {
    accounts(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { name equity } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
`);

let api: ApiDesk;
beforeAll(async () => {
  api = await startApiDesk();
});
afterAll(() => api.close());

async function enabled(name: string): Promise<string> {
  const { enable } = await api.client.run(Enable, { input: { name } });
  if (enable.__typename !== "EnablePayload") throw new Error(enable.message);
  return enable.account.id;
}

describe("an account", () => {
  it("is null before it is enabled, and main where none is named", async () => {
    expect(await api.client.run(AccountByIdOrName)).toEqual({ account: null });
    const { enable } = await api.client.run(Enable);
    expect(enable).toMatchObject({
      __typename: "EnablePayload",
      account: { name: "main", status: "ENABLED", session: 1 },
    });
    const { account } = await api.client.run(AccountByIdOrName);
    expect(account?.name).toBe("main");
    expect(await api.client.run(AccountByIdOrName, { account: null })).toEqual({ account });
  });

  it("is found by its name and by its id, and by no other id", async () => {
    const id = await enabled("found");
    const expected = { account: { id, name: "found" } };
    expect(await api.client.run(AccountByIdOrName, { account: "found" })).toEqual(expected);
    expect(await api.client.run(AccountByIdOrName, { account: id })).toEqual(expected);
    const uuid = Buffer.from(id, "base64").toString().slice("Account:".length);
    const others = [
      "not-there",
      uuid,
      "garbage!",
      "",
      "Account:1",
      Buffer.from(`Position:${uuid}:1`).toString("base64"),
      Buffer.from(`Account:${uuid}:1`).toString("base64"),
      `${id}=`,
      "x".repeat(10_000),
    ];
    for (const account of others)
      expect(await api.client.run(AccountByIdOrName, { account })).toEqual({ account: null });
  });

  it("belongs to its owner: for others it does not exist, by name or by id", async () => {
    const id = await enabled("mine");
    const stranger = api.clientOf("stranger");
    expect(await stranger.run(AccountByIdOrName, { account: "mine" })).toEqual({ account: null });
    expect(await stranger.run(AccountByIdOrName, { account: id })).toEqual({ account: null });
    expect(await stranger.run(NodeById, { id })).toEqual({ node: null });
    expect(await stranger.run(Disable, { input: { account: id } })).toMatchObject({
      disable: { __typename: "AccountNotFound" },
    });
    expect((await stranger.run(AccountPage, {})).accounts).toMatchObject({ edges: [], totalCount: 0 });
  });

  it("shows its figures of one instant, with the digits of the rules", async () => {
    await enabled("figures");
    await api.client.run(PublishQuotes, { quotes: [{ symbol: "FIG", price: "100", time: START }] });
    const signal = {
      account: "figures",
      signalId: "f-1",
      symbol: "FIG",
      entryPrice: "100",
      stopLoss: "95",
      target1: "110",
    };
    await api.client.run(ExecuteSignal, { input: { ...signal, positionSize: "100" } });
    await api.client.run(PublishQuotes, { quotes: [{ symbol: "FIG", price: "104", time: "2024-03-01T14:31:00Z" }] });
    const { account } = await api.client.run(WholeAccount, { account: "figures" });
    // Bought 100 at 100.02 (0.02 % slippage) with 0.50 of commission; now at 104.
    expect(account).toMatchObject({
      name: "figures",
      currentCapital: "89997.5",
      equity: "100397.5",
      availableFunds: "89997.5",
      peakEquity: "100397.5",
      totalRealizedPnl: "0",
      totalUnrealizedPnl: "397.5",
      totalCommissionPaid: "0.5",
      totalSlippageCost: "2",
      totalTrades: 0,
      winningTrades: 0,
      losingTrades: 0,
      winRate: null,
      averageRMultiple: null,
      // At the entry's own mark: (100000 - 99997.5) / 100000.
      maxDrawdown: "0.0025",
      // 100 × (100.02 - 95) of 100397.5.
      currentHeat: "0.50001245",
      settings: {
        startingCapital: "100000",
        commissionPerShare: "0.005",
        slippagePercentage: "0.02",
        useRealisticFills: true,
        maxTradeRisk: "2",
        maxPortfolioHeat: "10",
        maxCampaignRisk: "5",
        target1Fraction: "0.5",
        breakevenAfterTarget1: false,
        maxPriceAge: 3600,
      },
    });
  });

  it("knows wins, losses and their rates when trades are there", async () => {
    await enabled("rates");
    const at = (minute: number): string => `2024-03-01T15:0${minute}:00Z`;
    const quote = (price: string, minute: number) => ({ quotes: [{ symbol: "RATE", price, time: at(minute) }] });
    const signal = {
      account: "rates",
      symbol: "RATE",
      entryPrice: "100",
      stopLoss: "90",
      target1: "110",
      positionSize: "10",
    };
    await api.client.run(PublishQuotes, quote("100", 0));
    await api.client.run(ExecuteSignal, { input: { ...signal, signalId: "r-1" } });
    await api.client.run(PublishQuotes, quote("110", 1));
    await api.client.run(PublishQuotes, quote("100", 2));
    await api.client.run(ExecuteSignal, { input: { ...signal, signalId: "r-2" } });
    await api.client.run(PublishQuotes, quote("90", 3));
    const { account } = await api.client.run(WholeAccount, { account: "rates" });
    expect(account).toMatchObject({
      totalTrades: 2,
      winningTrades: 1,
      losingTrades: 1,
      winRate: "50",
      currentHeat: "0",
    });
    // 9.958 / 10.02 and -10.038 / 10.02.
    expect(account?.averageRMultiple).toBe("-0.00399202");
  });

  it("is fetched again by its id", async () => {
    const id = await enabled("node");
    expect(await api.client.run(NodeById, { id })).toEqual({ node: { __typename: "Account", id, name: "node" } });
  });

  it.each([
    "",
    "nothing",
    "QWNjb3VudDp4",
    Buffer.from("Quote:AAPL").toString("base64"),
    Buffer.from("constructor:1").toString("base64"),
  ])("is not what the id %j names: that is nothing", async (id) => {
    expect(await api.client.run(NodeById, { id })).toEqual({ node: null });
  });
});

describe("enable", () => {
  it("refuses a bad name and bad settings together, each with its path", async () => {
    const settings = { startingCapital: "999", maxTradeRisk: "lots", maxPriceAge: 0 };
    const { enable } = await api.client.run(Enable, { input: { name: "Bad Name", settings } });
    expect(enable).toMatchObject({
      __typename: "InvalidInput",
      issues: [
        { path: ["name"] },
        { path: ["settings", "startingCapital"], message: "is 999, but must be from 1000 to 100000000" },
        { path: ["settings", "maxTradeRisk"] },
        { path: ["settings", "maxPriceAge"] },
      ],
    });
    expect(enable.__typename === "InvalidInput" && enable.message).toContain("settings.startingCapital is 999");
  });

  it("answers the account that exists, and refuses settings other than its own", async () => {
    const id = await enabled("again");
    expect(await enabled("again")).toBe(id);
    const { enable } = await api.client.run(Enable, {
      input: { name: "again", settings: { startingCapital: "5000" } },
    });
    expect(enable).toMatchObject({ __typename: "InvalidInput", issues: [{ path: ["settings", "startingCapital"] }] });
  });
});

describe("disable", () => {
  it("closes what is open and says how many trades that made; once more it closes nothing", async () => {
    await enabled("off");
    await api.client.run(PublishQuotes, { quotes: [{ symbol: "OFF", price: "100", time: "2024-03-01T16:00:00Z" }] });
    const input = { account: "off", signalId: "o-1", symbol: "OFF", entryPrice: "100", stopLoss: "95", target1: "110" };
    await api.client.run(ExecuteSignal, { input });
    const disabled = { __typename: "DisablePayload", account: { status: "DISABLED" } };
    expect((await api.client.run(Disable, { input: { account: "off" } })).disable).toMatchObject({
      ...disabled,
      closedTrades: 1,
    });
    expect((await api.client.run(Disable, { input: { account: "off" } })).disable).toMatchObject({
      ...disabled,
      closedTrades: 0,
    });
  });

  it("knows no account that is not there", async () => {
    const { disable } = await api.client.run(Disable, { input: { account: "nowhere" } });
    expect(disable).toEqual({ __typename: "AccountNotFound", message: "There is no such account: enable makes one." });
  });
});

describe("reset", () => {
  it("ends a session once, answers the same again, and knows no other session", async () => {
    const account = await enabled("fresh");
    const input = { account, session: 1, settings: { startingCapital: "20000" } };
    const { reset } = await api.client.run(Reset, { input });
    expect(reset).toMatchObject({
      __typename: "ResetPayload",
      endedSession: 1,
      replayed: false,
      account: { id: account, session: 2, startingCapital: "20000" },
    });
    expect((await api.client.run(Reset, { input })).reset).toEqual({ ...reset, replayed: true });
    expect((await api.client.run(Reset, { input: { account, session: 3 } })).reset).toEqual({
      __typename: "SessionMismatch",
      message: "There is no such session: the present one is 2.",
      currentSession: 2,
    });
    expect((await api.client.run(Reset, { input: { account, session: 0 } })).reset.__typename).toBe("SessionMismatch");
  });

  it("refuses bad settings, and knows no account that is not there", async () => {
    await enabled("bad-reset");
    const bad = { account: "bad-reset", session: 1, settings: { target1Fraction: "1.1" } };
    expect((await api.client.run(Reset, { input: bad })).reset).toMatchObject({
      __typename: "InvalidInput",
      issues: [{ path: ["settings", "target1Fraction"] }],
    });
    const nowhere = { account: "nowhere", session: 1 };
    expect((await api.client.run(Reset, { input: nowhere })).reset.__typename).toBe("AccountNotFound");
  });
});

describe("updateSettings", () => {
  it("changes what is given and leaves the rest", async () => {
    await enabled("rules");
    const input = { account: "rules", settings: { maxTradeRisk: "1.50", slippagePercentage: null } };
    const { updateSettings } = await api.client.run(UpdateSettings, { input });
    expect(updateSettings).toMatchObject({
      account: { settings: { startingCapital: "100000", slippagePercentage: "0.02", maxTradeRisk: "1.5" } },
    });
  });

  it("does not change the starting capital, and knows no account that is not there", async () => {
    await enabled("capital");
    const input = { account: "capital", settings: { startingCapital: "5000" } };
    expect((await api.client.run(UpdateSettings, { input })).updateSettings).toMatchObject({
      __typename: "InvalidInput",
      issues: [{ path: ["settings", "startingCapital"], message: "can only change with enable or reset" }],
    });
    const nowhere = { account: "nowhere", settings: {} };
    expect((await api.client.run(UpdateSettings, { input: nowhere })).updateSettings.__typename).toBe(
      "AccountNotFound",
    );
  });
});

describe("accounts", () => {
  it("come in the order in which they were made, page by page, both ways", async () => {
    const owner = api.clientOf("paged");
    const names = ["one", "two", "three", "four", "five"];
    for (const name of names) await owner.run(Enable, { input: { name } });
    const { accounts: all } = await owner.run(AccountPage, {});
    expect(all.totalCount).toBe(5);
    // With the feed's clock all may have been made at the same time: then their ids decide.
    const inOrder = all.edges.map(({ node }) => node.name);
    expect([...inOrder].sort()).toEqual([...names].sort());

    const { accounts: first } = await owner.run(AccountPage, { first: 2 });
    const { accounts: second } = await owner.run(AccountPage, { first: 2, after: first.pageInfo.endCursor ?? null });
    const { accounts: third } = await owner.run(AccountPage, { first: 2, after: second.pageInfo.endCursor ?? null });
    const forward = [first, second, third].map(({ edges }) => edges.map(({ node }) => node.name));
    expect(forward).toEqual([inOrder.slice(0, 2), inOrder.slice(2, 4), inOrder.slice(4)]);
    expect([first, second, third].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);

    const { accounts: last } = await owner.run(AccountPage, { last: 2 });
    const { accounts: before } = await owner.run(AccountPage, { last: 2, before: last.pageInfo.startCursor ?? null });
    expect(last.edges.map(({ node }) => node.name)).toEqual(inOrder.slice(3));
    expect(before.edges.map(({ node }) => node.name)).toEqual(inOrder.slice(1, 3));
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });
});
