// Prints the schema into schema.graphql, for those who read it and for code generators.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { printSchema } from "graphql";
import { schema } from "./index.ts";

writeFileSync(path.join(import.meta.dirname, "schema.graphql"), `${printSchema(schema)}\n`);
