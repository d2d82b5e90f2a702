// Settings and names at their bounds, in each of the three mutations that take them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TypedDocumentString } from "../generated/graphql.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { AccountNow, FullDisable, FullEnable, FullReset, FullUpdateSettings } from "./operations.ts";
import { snapshot } from "./snapshot.ts";

const PERCENTAGE = { bad: ["0", "-1", "100.00000001"], good: ["0.00000001", "100"], words: "above 0 and at most 100" };

/** Just outside and just inside of each setting, and what its message says is allowed. */
const BOUNDS = {
  startingCapital: {
    bad: ["999.99999999", "100000000.00000001"],
    good: ["1000", "100000000"],
    words: "from 1000 to 100000000",
  },
  commissionPerShare: { bad: ["-0.00000001", "1.00000001"], good: ["0", "1"], words: "from 0 to 1" },
  slippagePercentage: { bad: ["-0.00000001", "10.00000001"], good: ["0", "10"], words: "from 0 to 10" },
  maxTradeRisk: PERCENTAGE,
  maxPortfolioHeat: PERCENTAGE,
  maxCampaignRisk: PERCENTAGE,
  target1Fraction: { bad: ["0", "1.00000001"], good: ["0.00000001", "1"], words: "above 0 and at most 1" },
  maxPriceAge: { bad: [0, -1, 86_401], good: [1, 86_400], words: "from 1 to 86400 seconds" },
};

const NAMES = Object.keys(BOUNDS) as (keyof typeof BOUNDS)[];

const BAD = NAMES.flatMap((name) =>
  BOUNDS[name].bad.map((value) => ({ name, value, message: `is ${value}, but must be ${BOUNDS[name].words}` })),
);

/** All settings at their lowest or highest. */
const edge = (index: 0 | 1) => Object.fromEntries(NAMES.map((name) => [name, BOUNDS[name].good[index]]));

let desk: WireDesk;
beforeAll(async () => {
  desk = await startWireDesk({ CLOCK: "feed", LOG_LEVEL: "warn" });
  await desk.client.run(FullEnable);
});
afterAll(() => desk.stop());

/** A mutation's result, whatever its variables. */
async function act<Data extends object>(document: TypedDocumentString<Data, never>, input: object): Promise<unknown> {
  const { data, errors } = await desk.client.answer(document, { input });
  if (!data) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0];
}

describe("A setting just outside its bounds", () => {
  it.each(BAD)("is invalid, and changes nothing: $name $value", async ({ name, value, message }) => {
    const before = await desk.client.run(AccountNow);
    const settings = { [name]: value };
    const invalid = {
      __typename: "InvalidInput",
      message: `settings.${name} ${message}`,
      issues: [{ path: ["settings", name], message }],
    };
    expect(await act(FullEnable, { name: "another", settings })).toEqual(invalid);
    expect(await act(FullReset, { session: 1, settings })).toEqual(invalid);
    const changed = await act(FullUpdateSettings, { settings });
    const fixed = { issues: [{ path: ["settings", name], message: "can only change with enable or reset" }] };
    if (name === "startingCapital") expect(changed).toMatchObject(fixed);
    else expect(changed).toEqual(invalid);
    expect(await desk.client.run(AccountNow)).toEqual(before);
    expect((await desk.client.run(AccountNow, { account: "another" })).account).toBeNull();
  });

  it("is told together with all others", async () => {
    const settings = Object.fromEntries(NAMES.map((name) => [name, BOUNDS[name].bad[0]]));
    const result = await act(FullEnable, { name: "Bad Name", settings });
    expect(result).toMatchObject({
      issues: [
        { path: ["name"], message: "must be a letter a-z, then up to 31 of a-z, 0-9 and '-'" },
        ...NAMES.map((name) => ({ path: ["settings", name] })),
      ],
    });
  });
});

describe("Settings just inside their bounds", () => {
  it.each([0, 1] as const)("are taken by enable, reset and updateSettings (edge %i)", async (index) => {
    const settings = edge(index);
    const account = `edge-${index}`;
    expect(await act(FullEnable, { name: account, settings })).toMatchObject({ account: { settings } });
    const other = edge(index === 0 ? 1 : 0);
    expect(await act(FullReset, { account, session: 1, settings: other })).toMatchObject({
      account: { settings: other },
    });
    const { startingCapital: _fixed, ...changeable } = settings;
    expect(await act(FullUpdateSettings, { account, settings: changeable })).toMatchObject({
      account: { settings: changeable },
    });
  });

  it("stay as they are where null is given", async () => {
    const { account } = await desk.client.run(AccountNow);
    const settings = Object.fromEntries(NAMES.map((name) => [name, null]));
    expect(await act(FullUpdateSettings, { settings })).toEqual({ __typename: "UpdateSettingsPayload", account });
  });
});

describe("An account", () => {
  it.each(["", "A", "1a", "-a", "a".repeat(33), "a b", "ä", "a_b", "main\n"])(
    "is not made with the name %j",
    async (name) => {
      expect(await act(FullEnable, { name })).toEqual({
        __typename: "InvalidInput",
        message: "name must be a letter a-z, then up to 31 of a-z, 0-9 and '-'",
        issues: [{ path: ["name"], message: "must be a letter a-z, then up to 31 of a-z, 0-9 and '-'" }],
      });
    },
  );

  it.each(["a", "a".repeat(32), "a-0"])("is made with the name %j", async (name) => {
    expect(await act(FullEnable, { name })).toMatchObject({ account: { name } });
  });

  it("that exists keeps its settings when it is enabled with others", async () => {
    const before = await snapshot(desk.client);
    const settings = { startingCapital: "100000.00", maxTradeRisk: "3", maxPriceAge: 3600 };
    expect(await act(FullEnable, { settings })).toMatchObject({
      issues: [
        {
          path: ["settings", "maxTradeRisk"],
          message: "the account exists with 2: change settings with updateSettings or reset",
        },
      ],
    });
    expect(await snapshot(desk.client)).toEqual(before);
  });

  it.each([-1, 0, 2, 2_147_483_647])("has no session %i to reset", async (session) => {
    const before = await snapshot(desk.client);
    expect(await act(FullReset, { session })).toEqual({
      __typename: "SessionMismatch",
      message: "There is no such session: the present one is 1.",
      currentSession: 1,
    });
    expect(await snapshot(desk.client)).toEqual(before);
  });

  it.each(["nowhere", "", "Bad Name", "x".repeat(10_000), "01890000-0000-7000-8000-000000000001", "QWNjb3VudDp4"])(
    "that is not there can be neither disabled, reset nor changed: %j",
    async (account) => {
      const notFound = { __typename: "AccountNotFound", message: "There is no such account: enable makes one." };
      expect(await act(FullDisable, { account })).toEqual(notFound);
      expect(await act(FullReset, { account, session: 1 })).toEqual(notFound);
      expect(await act(FullUpdateSettings, { account, settings: {} })).toEqual(notFound);
    },
  );
});
