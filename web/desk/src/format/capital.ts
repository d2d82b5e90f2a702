// The starting capital of a session: its bounds, as the API's schema tells them.
import { SETTINGS } from "virtual:settings";
import { problemOf } from "./bounds.ts";

const found = SETTINGS.find(({ name }) => name === "startingCapital");
if (found === undefined) throw new Error("the schema has no setting startingCapital");

export const CAPITAL = found;

/** What is wrong with a text as a starting capital; undefined where nothing is. */
export const problemOfCapital = (text: string): string | undefined => problemOf(CAPITAL, text);
