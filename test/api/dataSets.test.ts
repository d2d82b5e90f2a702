// Data sets through the API: imported by HTTP, then listed, found by id and deleted, by their owner alone.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { upload } from "../server/importDesk.ts";
import type { ApiDesk } from "../support/apiDesk.ts";
import { type ServedDesk, startServedDesk } from "../support/servedDesk.ts";

const DataSets = graphql(`
  query DataSets($symbol: String, $first: Int, $after: String, $last: Int, $before: String) {
    dataSets(symbol: $symbol, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id name symbol bars faults intervalSeconds from to importedAt } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
`);

const DataSetNode = graphql(`
  query DataSetNode($id: ID!) { node(id: $id) { __typename id ... on DataSet { name bars } } }
`);

const DeleteDataSet = graphql(`
  mutation DeleteDataSet($dataSet: ID!) {
    deleteDataSet(input: { dataSet: $dataSet }) {
      __typename
      ... on DeleteDataSetPayload { dataSet { id name } }
      ... on Problem { message }
    }
  }
`);

const FILE = "time,open,high,low,close\n2024-03-01T14:30Z,1,2,0.5,1.5\n2024-03-01T14:31Z,1,2,0.5,x\n";

let served: ServedDesk;
let desk: ApiDesk;
/** The ids of imports for AAPL, MSFT and AAPL again, as the answers to the imports told them. */
const imported: string[] = [];

beforeAll(async () => {
  served = await startServedDesk();
  desk = served.api;
});
afterAll(() => served.close());

describe("data sets", () => {
  it("are what was imported, under the id that the import told", async () => {
    const { graphqlUrl } = await served.serve();
    const url = graphqlUrl.replace("/graphql", "/import/bars");
    for (const [symbol, price] of [
      ["AAPL", "1.25"],
      ["MSFT", "1.5"],
      ["AAPL", "1.75"],
    ]) {
      const { body } = await upload(`${url}?symbol=${symbol}&name=close+${price}`, FILE.replace("1.5\n", `${price}\n`));
      imported.push(String(body.dataSet?.id));
    }
    const { dataSets } = await desk.client.run(DataSets, { symbol: "MSFT" });
    expect(dataSets.edges.map(({ node }) => node)).toEqual([
      {
        id: imported[1],
        name: "close 1.5",
        symbol: "MSFT",
        bars: 1,
        faults: 1,
        intervalSeconds: 60,
        from: "2024-03-01T14:30:00.000Z",
        to: "2024-03-01T14:31:00.000Z",
        importedAt: expect.any(String),
      },
    ]);
    const { node } = await desk.client.run(DataSetNode, { id: String(imported[1]) });
    expect(node).toEqual({ __typename: "DataSet", id: imported[1], name: "close 1.5", bars: 1 });
  });

  it("are listed newest first, page by page, both ways", async () => {
    const idsOf = (list: { edges: { node: { id: string } }[] }) => list.edges.map(({ node }) => node.id);
    const newestFirst = imported.toReversed();
    const { dataSets: all } = await desk.client.run(DataSets);
    expect([idsOf(all), all.totalCount]).toEqual([newestFirst, 3]);
    const { dataSets: first } = await desk.client.run(DataSets, { first: 2 });
    expect([idsOf(first), first.pageInfo.hasNextPage]).toEqual([newestFirst.slice(0, 2), true]);
    const { dataSets: rest } = await desk.client.run(DataSets, { first: 2, after: first.pageInfo.endCursor });
    expect([idsOf(rest), rest.pageInfo.hasNextPage]).toEqual([newestFirst.slice(2), false]);
    const { dataSets: back } = await desk.client.run(DataSets, { last: 1, before: rest.pageInfo.startCursor });
    expect(idsOf(back)).toEqual([newestFirst[1]]);
    expect(idsOf((await desk.client.run(DataSets, { symbol: "AAPL" })).dataSets)).toEqual([imported[2], imported[0]]);
  });

  it("are chosen by what can be a symbol, and by cursors of their own list", async () => {
    const code = async (variables: object) =>
      (await desk.client.answer(DataSets, variables)).errors?.[0]?.extensions?.["code"];
    expect(await code({ symbol: "aapl" })).toBe("BAD_USER_INPUT");
    expect(await code({ after: "bm90aGluZw" })).toBe("BAD_CURSOR");
    expect(await code({ first: 201 })).toBe("BAD_USER_INPUT");
  });

  it("are nobody's but their owner's", async () => {
    const stranger = desk.clientOf("stranger");
    expect((await stranger.run(DataSets)).dataSets).toMatchObject({ edges: [], totalCount: 0 });
    expect((await stranger.run(DataSetNode, { id: String(imported[0]) })).node).toBeNull();
    expect((await stranger.run(DeleteDataSet, { dataSet: String(imported[0]) })).deleteDataSet).toEqual({
      __typename: "DataSetNotFound",
      message: "There is no such data set.",
    });
    expect((await desk.client.run(DataSets)).dataSets.totalCount).toBe(3);
  });

  it("are deleted once; then there is no such data set", async () => {
    const dataSet = String(imported[0]);
    expect((await desk.client.run(DeleteDataSet, { dataSet })).deleteDataSet).toEqual({
      __typename: "DeleteDataSetPayload",
      dataSet: { id: dataSet, name: "close 1.25" },
    });
    for (const gone of [dataSet, "nonsense", btoa("Account:00000000-0000-5000-8000-000000000000")]) {
      const { deleteDataSet } = await desk.client.run(DeleteDataSet, { dataSet: gone });
      expect(deleteDataSet.__typename).toBe("DataSetNotFound");
    }
    expect((await desk.client.run(DataSetNode, { id: dataSet })).node).toBeNull();
    expect((await desk.client.run(DataSets)).dataSets.totalCount).toBe(2);
  });
});
