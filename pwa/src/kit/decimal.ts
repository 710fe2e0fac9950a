/**
 * Exact decimal quantities, as the server sends them: strings with a point, at most six decimals.
 * No float touches stock: sums and comparisons run on whole millionths.
 */
const SCALE = 1_000_000n;
const SHAPE = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/;

export type Decimal = string;

/** True for a plain decimal such as "12", "0.5" or "-3.25"; false for "1e3", "", "1,5" and 13-digit numbers. */
export function isDecimal(text: string): boolean {
  return SHAPE.test(text);
}

function millionths(value: Decimal): bigint {
  const found = SHAPE.exec(value);
  if (!found) throw new RangeError(`not a decimal: ${value.slice(0, 30)}`);
  const [, sign, whole = '0', part = ''] = found;
  const size = BigInt(whole) * SCALE + BigInt(part.padEnd(6, '0'));
  return sign ? -size : size;
}

function write(size: bigint): Decimal {
  const sign = size < 0n ? '-' : '';
  const bare = size < 0n ? -size : size;
  const part = (bare % SCALE).toString().padStart(6, '0').replace(/0+$/, '');
  return `${sign}${bare / SCALE}${part ? `.${part}` : ''}`;
}

/** The shortest way to write a decimal: "012.500" becomes "12.5". */
export const plain = (value: Decimal): Decimal => write(millionths(value));
export const add = (a: Decimal, b: Decimal): Decimal => write(millionths(a) + millionths(b));
export const subtract = (a: Decimal, b: Decimal): Decimal => write(millionths(a) - millionths(b));
export const times = (a: Decimal, count: number): Decimal => write(millionths(a) * BigInt(count));
export const isWhole = (a: Decimal): boolean => millionths(a) % SCALE === 0n;

/** -1, 0 or 1. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const difference = millionths(a) - millionths(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** How many whole packs of `size` fit in `quantity`, and what is left over. */
export function packs(quantity: Decimal, size: Decimal): { count: number; rest: Decimal } {
  const whole = millionths(quantity);
  const pack = millionths(size);
  if (pack <= 0n) return { count: 0, rest: plain(quantity) };
  return { count: Number(whole / pack), rest: write(whole % pack) };
}
