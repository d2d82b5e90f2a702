// The desk that the bots follow: a server that is ended and started again on its database, and is away in between.
import { onTestFinished } from "vitest";
import { Enable } from "../support/documents.ts";
import { type Place, startWireDesk, type WireDesk } from "../support/wireDesk.ts";

/** Capital and limits of risk that let everything through. */
const WIDE = { startingCapital: "100000000", maxPortfolioHeat: "100", maxCampaignRisk: "100" };
const LOG_LEVEL_ERROR = 50;

export interface Stage {
  readonly desk: WireDesk;
  /** Where the desk keeps what it knows. */
  readonly place: Place;
  /** The server's address; undefined while it is restarted. */
  address(): string | undefined;
  restart(signal: NodeJS.Signals): Promise<void>;
  /** What the servers have logged as errors. */
  errors(): string[];
}

/** Opens a desk; it is closed when the test is finished. */
export async function openStage(openPlace: () => Promise<Place>): Promise<Stage> {
  const place = await openPlace();
  const desk = await startWireDesk({ LOG_LEVEL: "warn" }, async () => place);
  onTestFinished(() => desk.stop());
  const servers = [desk.server];
  let isRestarting = false;
  return {
    desk,
    place,
    address: () => (isRestarting ? undefined : desk.server.url),
    restart: async (signal) => {
      isRestarting = true;
      await desk.restart(signal);
      servers.push(desk.server);
      isRestarting = false;
    },
    errors: () => servers.flatMap(({ stderr }) => errorsIn(stderr())),
  };
}

/** The last line of a server that was killed may be cut off. */
function errorsIn(stderr: string): string[] {
  const lines = stderr.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
  return lines.filter((line) => (JSON.parse(line) as { level: number }).level >= LOG_LEVEL_ERROR);
}

/** Makes an account, and answers the cursor before its first event. */
export async function enableAccount({ desk }: Stage, name: string): Promise<string> {
  const { enable } = await desk.client.run(Enable, { input: { name, settings: WIDE } });
  if (enable.__typename !== "EnablePayload") throw new Error(JSON.stringify(enable));
  return enable.account.sessionCursor;
}
