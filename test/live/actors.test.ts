// Who causes what on the way to the live route: the sender, the one who demotes, and the desk for what comes back.
import { expect, it, vi } from "vitest";
import type { Scope } from "../../src/auth/scopes.ts";
import { grantedViewer, type Viewer } from "../../src/auth/viewer.ts";
import { databases } from "../support/databases.ts";
import { Disable, Enable } from "../support/documents.ts";
import { Demote, liveSignal, makeEligible, Promote, SendLive, startLiveDesk } from "./liveDesk.ts";
import { startReceiver } from "./receiving.ts";

function key(id: string, ...scopes: Scope[]): Viewer {
  return grantedViewer({ owner: "local", actor: { kind: "key", id, name: id }, scopes, accounts: null });
}

it("a delivery is the sender's, its arrival the desk's, and its end by a demotion that of who demoted", async () => {
  const [pglite] = databases;
  if (pglite === undefined) throw new Error("there is always PGlite");
  const { database, remove } = await pglite.open();
  const receiver = await startReceiver();
  const desk = await startLiveDesk(database, receiver);
  const [ana, ben] = [desk.clientOf(key("ana", "admin", "trade")), desk.clientOf(key("ben", "trade"))];
  const told = async () => {
    const rows = await database.prisma.event.findMany({ orderBy: { sequence: "asc" } });
    return rows.map(({ type, actor, payload }) => [(payload as { change?: string }).change ?? type, actor]);
  };
  try {
    await ana.run(Enable, {});
    await makeEligible(database);
    await ana.run(Promote, { input: { account: "main", confirmation: "promote main to live" } });
    await ana.run(Disable, { input: {} });
    await ben.run(SendLive, { inputs: [liveSignal("arrives")] });
    await vi.waitFor(async () => expect((await told()).at(-1)).toEqual(["DeliveryEnded", "desk"]));
    receiver.answer = 503;
    await ben.run(SendLive, { inputs: [liveSignal("stopped")] });
    await ana.run(Demote, { input: {} });
    expect(await told()).toEqual([
      ["ENABLED", "key:ana"],
      ["PROMOTED", "key:ana"],
      ["DISABLED", "key:ana"],
      ["SignalRouted", "key:ben"],
      ["DeliveryEnded", "desk"],
      ["SignalRouted", "key:ben"],
      ["DEMOTED", "key:ana"],
      ["DeliveryEnded", "key:ana"],
    ]);
  } finally {
    await desk.close();
    await receiver.close();
    await remove();
  }
});
