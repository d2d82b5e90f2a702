// How GraphiQL's page asks: the script of its fetcher, which sends what the headers tab holds on every road.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * The page's own fetcher sends the headers tab over HTTP only, so that a key never reached a subscription. This one puts it
 * into `connection_init` too: each subscription has a WebSocket of its own, with the headers of the moment. Faults are told
 * in the form of GraphQL errors, which GraphiQL shows as they are.
 */
const FETCHER = `
const papertapeFetcher = (() => {
  const url = new URL(location.pathname, location.href);
  const failure = (message) => ({ errors: [{ message }] });

  async function ask(params, headers) {
    const accept = "application/graphql-response+json, application/json";
    const response = await fetch(url, {
      method: "POST",
      headers: { accept, "content-type": "application/json", ...headers },
      body: JSON.stringify(params),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      return failure((response.status + " " + response.statusText + ": " + text.slice(0, 200)).trim());
    }
  }

  function faultsOf(error) {
    if (Array.isArray(error)) return error;
    if (typeof error.code !== "number") return failure("The WebSocket could not be opened.").errors;
    const reason = error.reason || "the connection was closed";
    return [{ message: reason, extensions: { closeCode: error.code } }];
  }

  function follow(params, headers) {
    const socketUrl = url.href.replace(/^http/, "ws");
    const client = graphqlWs.createClient({ url: socketUrl, connectionParams: headers, retryAttempts: 0 });
    const results = client.iterate(params);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => results.next().catch((error) => Promise.reject(faultsOf(error))),
      return: () => results.return(),
    };
  }

  function isSubscription(name, document) {
    const operations = document ? document.definitions.filter(({ kind }) => kind === "OperationDefinition") : [];
    const chosen = operations.find((operation) => !name || (operation.name && operation.name.value === name));
    return chosen !== undefined && chosen.operation === "subscription";
  }

  return (params, { headers = {}, documentAST } = {}) =>
    isSubscription(params.operationName, documentAST) ? follow(params, headers) : ask(params, headers);
})();
`;

/** The script that defines `papertapeFetcher`, for the `fetcher` of GraphiQL; graphql-ws is in it. */
export async function fetcherScript(): Promise<string> {
  // Its build for pages is not among the exports, but stands beside them.
  const folder = path.dirname(createRequire(import.meta.url).resolve("graphql-ws/package.json"));
  const graphqlWs = await readFile(path.join(folder, "umd/graphql-ws.min.js"), "utf8");
  return `${graphqlWs}\n${FETCHER}`;
}
