// Figures as a reader of a report sees them: decimals as text, each missing one as null.
import { Decimal } from "../../src/domain/decimal.ts";
import { plain } from "./builders.ts";

export function told(figures: object): unknown {
  const fields = Object.entries(figures).map(([name, field]: [string, unknown]) => {
    if (Decimal.isDecimal(field) || typeof field !== "object" || field === null) return [name, field];
    return [name, "value" in field ? field.value : null];
  });
  return plain(Object.fromEntries(fields));
}
