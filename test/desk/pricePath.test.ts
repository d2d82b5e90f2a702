// The price of a position from its entry on: also what came before its page was opened, and while it was away.
import { type Client, createClient, dateTime, EnableDocument } from "@papertape/client/node";
import type { Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import {
  afterwards,
  cellSecond,
  cellsOf,
  joinedTo,
  type PathPoint,
  pointAt,
  rangeOf,
} from "../../web/desk/src/format/pricePath.ts";
import { freshDataDir, type TestDir } from "../support/pglite.ts";
import { type ServerProcess, startServer } from "../support/serverProcess.ts";
import { canLook, POLL, publish, signal, useBrowser } from "./deskPage.ts";

const START_MS = Date.parse("2024-03-01T14:30:00.000Z");
const timeAt = (seconds: number): string => dateTime(new Date(START_MS + seconds * 1000));
const point = (seconds: number, price: string, low = price, high = price): PathPoint => ({
  ...pointAt(timeAt(seconds), price),
  low,
  high,
});

describe("The points of a path", () => {
  test("should be those that are served, and what is known from before and after", () => {
    const known = [point(0, "100"), point(5, "101"), point(10, "102"), point(15, "103")];
    const served = [point(4, "101", "99", "101"), point(10, "102", "101", "104")];
    expect(joinedTo(known, served)).toEqual([point(0, "100"), ...served, point(15, "103")]);
    expect(joinedTo(known, [])).toEqual(known);
    expect(joinedTo([], served)).toEqual(served);
  });

  test("should take what comes later, one for each second, and nothing that is late", () => {
    const points = [point(0, "100"), point(5, "101")];
    expect(afterwards([], point(0, "100"))).toEqual([point(0, "100")]);
    expect(afterwards(points, point(6, "99"))).toEqual([...points, point(6, "99")]);
    expect(afterwards(points, point(5.5, "99"))).toEqual([point(0, "100"), point(5.5, "99", "99", "101")]);
    expect(afterwards(points, point(4, "99"))).toEqual(points);
  });

  test("should have a range that is exact", () => {
    const points = [
      point(0, "9.5", "9.49999999"),
      point(1, "10", "10", "123456789012.00000001"),
      point(2, "123456789012"),
    ];
    expect(rangeOf(points)).toMatchObject({ low: "9.49999999", high: "123456789012.00000001" });
    expect(rangeOf([])).toBeUndefined();
  });

  test("should lie on an even scale of time, the extremes of each step kept", () => {
    const seconds = Array.from({ length: 61 }, (_, index) => index * 60);
    const points = seconds.map((second) => point(second, "100", second === 600 ? "90" : "100"));
    const cells = cellsOf([...points, point(3601, "101")]);
    expect(cells.length).toBeLessThanOrEqual(400);
    const steps = cells.slice(1).map(({ second }, index) => second - (cells[index]?.second ?? 0));
    expect(new Set(steps)).toEqual(new Set([10]));
    const shown = cells.flatMap((cell) => cell.point ?? []);
    expect(shown).toHaveLength(61);
    expect(shown.filter(({ low }) => low === "90").map(({ time }) => time)).toEqual([timeAt(600)]);
    expect(shown.at(-1)).toEqual(point(3601, "101", "100", "101"));
    expect(cellSecond(cells, timeAt(3609))).toBe(START_MS / 1000 + 3600);
    expect(cellsOf([])).toEqual([]);
  });
});

/** The browser itself reports each attempt that finds no server. */
const isAway = (complaint: string) =>
  /ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed|ERR_EMPTY|RESET/.test(complaint);

/** The WebSockets of a page, which can be cut though its network is there. */
interface Wires {
  cut(): void;
  mend(): void;
}

async function wiresOf(page: Page): Promise<Wires> {
  const open = new Set<WebSocketRoute>();
  let isCut = false;
  const close = (socket: WebSocketRoute) => socket.close({ code: 1001 });
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    if (isCut) {
      void close(socket);
      return;
    }
    socket.connectToServer();
    open.add(socket);
  });
  return {
    cut: () => {
      isCut = true;
      for (const socket of open) void close(socket);
      open.clear();
    },
    mend: () => {
      isCut = false;
    },
  };
}

describe.skipIf(!canLook)("The price on the page of a position", () => {
  let folder: TestDir;
  let server: ServerProcess;
  let client: Client;
  let page: Page;
  let wires: Wires;
  let path = "";

  const start = (env: Readonly<Record<string, string>> = {}) =>
    startServer({ DATA_DIR: folder.dataDir, LOG_LEVEL: "error", ...env });
  /** A price of so many seconds from now, so that each has a second of its own. */
  const publishAt = (seconds: number, price: string) =>
    publish(client, "ACME", price, new Date(Date.now() + seconds * 1000));

  beforeAll(async () => {
    folder = await freshDataDir();
    server = await start();
    client = createClient({ url: server.url });
    await client.mutate(EnableDocument);
    await publish(client, "ACME", "150");
    const { position } = await signal(client, "ACME", "10");
    path = `/#/a/main/positions/${position?.id}`;
  });
  afterAll(async () => {
    await server?.kill();
    await folder?.remove();
  });

  const visits = useBrowser(() => server.url, isAway);
  const said = async () =>
    (await page.getByRole("region", { name: "Price", exact: true }).getByRole("img").getAttribute("aria-label")) ?? "";
  const note = () => page.getByTestId("price-note").innerText();

  it("is known from before the page was opened", async () => {
    await publishAt(5, "152.5");
    await publishAt(10, "147.25");
    await publishAt(15, "151");
    page = await visits.open();
    wires = await wiresOf(page);
    await page.goto(`${server.url}${path}`);
    await page.getByRole("heading", { name: "ACME ▲ long" }).waitFor();
    await expect.poll(said, POLL).toContain("between 147.25 and 152.50 since its entry, now 151.00;");
    expect(await note()).toContain("All prices since the entry");
  });

  it("goes on live", async () => {
    await publishAt(20, "153.75");
    await expect.poll(said, POLL).toContain("between 147.25 and 153.75 since its entry, now 153.75;");
  });

  it("has what came while there was no connection", async () => {
    wires.cut();
    await page.getByTestId("away").waitFor();
    await publishAt(25, "157.5");
    await publishAt(30, "150.5");
    wires.mend();
    await page.getByTestId("away").waitFor({ state: "detached" });
    await expect.poll(said, POLL).toContain("between 147.25 and 157.50 since its entry, now 150.50;");
  });

  it("says from when on the server knows it, once that has begun again, and keeps what the page has seen", async () => {
    await server.kill();
    await page.getByTestId("away").waitFor();
    server = await start({ PORT: new URL(server.url).port });
    await page.getByTestId("away").waitFor({ state: "detached" });
    await expect
      .poll(note, POLL)
      .toContain("The server keeps prices only while it runs. It has had none of this one yet;");
    expect(await said()).toContain("between 147.25 and 157.50 since");
    await publishAt(40, "150.75");
    await expect.poll(said, POLL).toContain("now 150.75;");
  });

  it("ends with its close, for whoever comes later, too", async () => {
    await publishAt(45, "144");
    await expect.poll(() => page.getByTestId("position-status").innerText(), POLL).toMatch(/^closed/);
    await expect.poll(said, POLL).toMatch(/between 144\.00 and 157\.50 since .* until its close, now 144\.00;/);
    expect(await note()).toContain("The server keeps prices only while it runs. It has those since");
    await publishAt(50, "120");
    const later = await visits.open();
    await later.goto(`${server.url}${path}`);
    const chart = later.getByRole("region", { name: "Price", exact: true }).getByRole("img");
    const described = async () => (await chart.getAttribute("aria-label")) ?? "";
    await expect.poll(described, POLL).toMatch(/between 144\.00 and 150\.75 since .* until its close/);
  });
});
