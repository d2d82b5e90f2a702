// The schema of the API: the list of its nouns, and everything that the server needs to serve it.
import type { GraphQLSchema } from "graphql";
import { auditMutations } from "./audit.ts";
import { builder } from "./builder.ts";
import { checkRules } from "./rules.ts";
import "./scalars.ts";
import "./paging.ts";
import "./account.ts";
import "./accountActs.ts";
import "./signal.ts";
import "./signalActs.ts";
import "./position.ts";
import "./positionActs.ts";
import "./trade.ts";
import "./pricePath.ts";
import "./quote.ts";
import "./eligibility.ts";
import "./report.ts";
import "./session.ts";
import "./curve.ts";
import "./dataSet.ts";
import "./backtest.ts";
import "./backtestActs.ts";
import "./recordBacktest.ts";
import "./backtestProgress.ts";
import "./live.ts";
import "./liveActs.ts";
import "./stream.ts";
import "./node.ts";
import "./apiKey.ts";
import "./apiKeyActs.ts";

export type { Act } from "./audit.ts";
export { type ApiDesk, createSchemaContext, type SchemaContext } from "./context.ts";

builder.queryType({ description: "Everything that can be read." });
builder.mutationType({
  description: "Everything that can be done. Expected failures are members of the results' unions.",
});
builder.subscriptionType({ description: "Everything that can be followed." });

/** The schema of the API. */
export const schema: GraphQLSchema = builder.toSchema();
checkRules(schema);
auditMutations(schema);
