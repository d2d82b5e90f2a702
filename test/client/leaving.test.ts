// A bot that has left its loop leaves nothing behind: its process ends by itself.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { startProgram } from "../examples/childProcess.ts";
import { eventOf, startFakeDesk, tellNext, type Visit } from "./fakeDesk.ts";
import { freshFile } from "./following.ts";

/** So many that the client stops reading. */
const MANY = 2000;
const few = (visit: Visit) => tellNext(visit, 1);
const many = (visit: Visit) => tellNext(visit, MANY);
const broken = (visit: Visit) => visit.tell(eventOf(1), eventOf(3));

describe("a bot that leaves its loop", () => {
  it.each([
    { way: "break", tell: few, given: [1], kept: "c0" },
    { way: "break while nothing is read", tell: many, given: [1], kept: "c0" },
    { way: "throw", tell: few, given: [1], kept: "c0" },
    { way: "meeting a fault of the server", tell: broken, given: [1], kept: "c1" },
    { way: "abort", tell: many, given: [1], kept: "c1" },
    { way: "abort while it waits", tell: few, given: [1], kept: "c1" },
  ])("by $way ends with nothing left, and keeps the cursor $kept", async ({ way, tell, given, kept }) => {
    const desk = await startFakeDesk([tell]);
    const cursorFile = await freshFile();
    const bot = startProgram("test/client/leavingBot.ts", [way, desk.url, cursorFile]);
    const { code, stdout, stderr } = await bot.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ given, left: [] });
    expect(await readFile(cursorFile, "utf8")).toBe(`${kept}\n`);
    // The first cursor was asked for on a connection of its own. Both were closed as it should be.
    expect(desk.closes).toEqual([1000, 1000]);
  });

  it.each([
    ["abort while it connects", () => ""],
    ["abort while it is away", () => "503 Service Unavailable"],
  ])("by %s ends with nothing left", async (way, refusal) => {
    const desk = await startFakeDesk([], { refusal });
    const { code, stdout, stderr } = await startProgram("test/client/leavingBot.ts", [way, desk.url, await freshFile()])
      .ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ given: [], left: [] });
  });
});
