/** An answer that is being made: pure, so that a phone without a connection knows as much as the server. */
import { add, compare, isDecimal, isWhole, plain, subtract } from '../kit/decimal';
import type { Line } from './shapes';

export interface DraftPart {
  quantity: string;
  on: string;
}
export interface Said {
  kind: 'accept' | 'change' | 'reject';
  parts: DraftPart[];
  /** Another price each; empty where the order's price stands. */
  price: string;
  rejected: string;
  /** Set where the supplier offers another quantity than was ordered. */
  quantity: string | null;
  reason: string;
}
export interface Draft {
  version: number;
  /** Made when sending is first tried, kept until the server has spoken: sent twice, the answer is booked once. */
  key: string | null;
  note: string;
  lines: Readonly<Record<number, Said>>;
}

export const empty = (version: number): Draft => ({ version, key: null, note: '', lines: {} });

export const accepted = (line: Line): Said => ({
  kind: 'accept',
  parts: [{ quantity: line.quantity, on: line.wantedOn }],
  price: '',
  rejected: '0',
  quantity: null,
  reason: '',
});

/** Where a change begins: from what was said before, else from the order. */
export function begun(line: Line, said: Said | undefined): Said {
  if (said && said.kind === 'change') return said;
  if (line.reply && line.state !== 'open' && line.reply.schedule.length > 0)
    return {
      ...accepted(line),
      kind: 'change',
      parts: line.reply.schedule.map((part) => ({ quantity: part.quantity, on: part.promisedOn })),
      price: line.reply.schedule[0]?.price ?? '',
      rejected: line.reply.rejected,
      reason: line.reply.reason,
    };
  return { ...accepted(line), kind: 'change' };
}

export const rejected = (line: Line, reason: string): Said => {
  const rest = subtract(line.quantity, line.shipped);
  const parts = compare(line.shipped, '0') > 0 ? [{ quantity: line.shipped, on: line.wantedOn }] : [];
  return { ...accepted(line), kind: 'reject', parts, rejected: rest, reason };
};

const sum = (parts: readonly DraftPart[]): string =>
  parts.reduce((total, part) => (isDecimal(part.quantity) ? add(total, part.quantity) : total), '0');

export type Fault =
  'amount' | 'whole' | 'day' | 'past' | 'same_day' | 'price' | 'too_few' | 'too_many' | 'reason' | 'frozen';

/** Today, as days are written to the server. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/** What keeps a reply from being complete, with how much where it does not add up; null when it is good. */
export function fault(line: Line, said: Said, today: string): { kind: Fault; by: string } | null {
  const bad = (kind: Fault, by = '0'): { kind: Fault; by: string } => ({ kind, by });
  for (const part of said.parts) {
    if (!isDecimal(part.quantity) || compare(part.quantity, '0') <= 0) return bad('amount');
    if (line.whole && !isWhole(part.quantity)) return bad('whole');
    if (!part.on) return bad('day');
    if (part.on < today) return bad('past');
  }
  if (new Set(said.parts.map((part) => part.on)).size < said.parts.length) return bad('same_day');
  if (said.price && !isDecimal(said.price)) return bad('price');
  const total = add(sum(said.parts), said.rejected);
  const wanted = said.quantity ?? line.quantity;
  if (compare(total, wanted) < 0) return bad('too_few', subtract(wanted, total));
  if (compare(total, wanted) > 0) return bad('too_many', subtract(total, wanted));
  if (compare(sum(said.parts), line.shipped) < 0) return bad('frozen');
  if (compare(said.rejected, '0') > 0 && !said.reason.trim()) return bad('reason');
  return null;
}

export const promisedIn = (said: Said): string => sum(said.parts);

export interface Difference {
  kind: 'later' | 'earlier' | 'dearer' | 'cheaper' | 'split' | 'less' | 'more' | 'rejected';
  by: string;
}

const days = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** In what a reply differs from the order, as the summary tells it. */
export function differences(line: Line, said: Said): Difference[] {
  const found: Difference[] = [];
  const last = said.parts.reduce((latest, part) => (part.on > latest ? part.on : latest), '');
  const first = said.parts.reduce((soonest, part) => (part.on < soonest ? part.on : soonest), '9999');
  const total = add(sum(said.parts), said.rejected);
  if (compare(said.rejected, '0') > 0) found.push({ kind: 'rejected', by: said.rejected });
  if (compare(total, line.quantity) < 0) found.push({ kind: 'less', by: subtract(line.quantity, total) });
  if (compare(total, line.quantity) > 0) found.push({ kind: 'more', by: subtract(total, line.quantity) });
  if (isDecimal(said.price) && compare(said.price, line.price) > 0) found.push({ kind: 'dearer', by: said.price });
  if (isDecimal(said.price) && compare(said.price, line.price) < 0) found.push({ kind: 'cheaper', by: said.price });
  if (said.parts.length > 1) found.push({ kind: 'split', by: String(said.parts.length) });
  if (last > line.wantedOn) found.push({ kind: 'later', by: String(days(line.wantedOn, last)) });
  if (said.parts.length > 0 && first < line.wantedOn)
    found.push({ kind: 'earlier', by: String(days(first, line.wantedOn)) });
  return found;
}

/** A reply that differs in nothing is an acceptance, however it was made. */
export const settled = (line: Line, said: Said): Said =>
  said.kind === 'change' && differences(line, said).length === 0 ? accepted(line) : said;

/** What the server is sent. */
export function body(draft: Draft): unknown {
  const lines = Object.entries(draft.lines).map(([line, said]) => ({
    line: Number(line),
    schedule: said.parts.map((part) => ({
      quantity: plain(part.quantity),
      promisedOn: part.on,
      ...(said.price ? { price: plain(said.price) } : {}),
    })),
    rejected: plain(said.rejected),
    ...(said.quantity === null ? {} : { quantity: plain(said.quantity) }),
    reason: said.reason,
  }));
  return { version: draft.version, lines, note: draft.note };
}

/** What of a draft still fits the order: lines that changed with a newer version must be answered anew. */
export function carried(draft: Draft, version: number, changed: readonly number[], lines: readonly Line[]): Draft {
  const known = new Set(lines.filter((line) => line.state !== 'shipped').map((line) => line.line));
  const kept = Object.entries(draft.lines).filter(
    ([line]) => known.has(Number(line)) && !changed.includes(Number(line)),
  );
  return { ...draft, version, key: null, lines: Object.fromEntries(kept) };
}

/** So much in packs of so much: how many full ones, and what is in the last. */
export function packed(quantity: string, each: string): string[] {
  if (!isDecimal(quantity) || !isDecimal(each) || compare(each, '0') <= 0) return [];
  const packs: string[] = [];
  let left = quantity;
  while (compare(left, '0') > 0 && packs.length < 200) {
    const one = compare(left, each) < 0 ? left : plain(each);
    packs.push(one);
    left = subtract(left, one);
  }
  return packs;
}
