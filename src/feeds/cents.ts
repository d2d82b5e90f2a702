// Prices of the demonstration are whole cents; here they become decimal strings and come back.

const CENTS_FORM = /^(\d{1,12})(?:\.(\d)(\d)?)?$/;

/** Answers whole cents as a decimal string in the form of domain.md 1: 15003 is "150.03", 15000 is "150". */
export function formatCents(cents: number): string {
  const digits = String(cents).padStart(3, "0");
  const decimals = digits.slice(-2).replace(/0{1,2}$/, "");
  return decimals === "" ? digits.slice(0, -2) : `${digits.slice(0, -2)}.${decimals}`;
}

/** Answers the whole cents of a decimal string; throws RangeError for a price that is not in whole cents. */
export function parseCents(price: string): number {
  const parts = CENTS_FORM.exec(price);
  if (parts === null) throw new RangeError(`the price ${price} is not in whole cents`);
  return Number(parts[1]) * 100 + Number(parts[2] ?? 0) * 10 + Number(parts[3] ?? 0);
}
