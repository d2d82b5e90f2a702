// Where a bot's client begins: at a place that it keeps before it follows anything.
import { writeFile } from "node:fs/promises";
import { PapertapeError } from "@papertape/client/node";
import { describe, expect, it } from "vitest";
import { eventOf, startFakeDesk, tellNext } from "./fakeDesk.ts";
import { follow, freshFile, sequencesOf, takeEvents } from "./following.ts";

describe("a bot's very first start", () => {
  it.each([
    ["now", "c0"],
    ["session", "s0"],
  ] as const)("from %s keeps its place before it follows, and goes on there", async (from, cursor) => {
    const cursorFile = await freshFile();
    // It dies before the first event.
    const first = await startFakeDesk([(visit) => visit.socket.close(4400)]);
    const dying = follow({ url: first.url, cursorFile, from });
    await expect(takeEvents(dying, 1)).rejects.toBeInstanceOf(PapertapeError);

    const second = await startFakeDesk([(visit) => tellNext(visit, 1)], { account: null });
    expect(sequencesOf(await takeEvents(follow({ url: second.url, cursorFile, from }), 1))).toEqual([1]);
    expect([...first.asked, ...second.asked]).toEqual([cursor, cursor]);
    expect([first.cursorQueries(), second.cursorQueries()]).toEqual([1, 0]);
  });

  it("needs an account", async () => {
    const { url } = await startFakeDesk([], { account: null });
    const events = follow({ url, account: "nobody", cursorFile: await freshFile() });
    await expect(takeEvents(events, 1)).rejects.toMatchObject({
      code: "ACCOUNT_NOT_FOUND",
      message: expect.stringContaining("nobody"),
    });
  });

  it("hands over events of types that it does not know", async () => {
    const desk = await startFakeDesk([(visit) => visit.tell(eventOf(7, "DividendPaid"))]);
    const cursorFile = await freshFile();
    await writeFile(cursorFile, "c6\n");
    const [event] = await takeEvents(follow({ url: desk.url, cursorFile }), 1);
    expect(event).toMatchObject({ __typename: "DividendPaid", sequence: 7 });
    expect(desk.asked).toEqual(["c6"]);
  });
});
