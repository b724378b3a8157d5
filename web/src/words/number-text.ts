const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** `12,345`. */
export function countText(value: number): string {
  return grouped.format(value);
}

/** `1 pack`, `2 packs`. */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${countText(value)} ${value === 1 ? one : many}`;
}

/** A decimal integer of any length with its thousands apart, as pools state their capacity. */
export function longCountText(digits: string): string {
  return /^\d+$/.test(digits) ? grouped.format(BigInt(digits)) : digits;
}
