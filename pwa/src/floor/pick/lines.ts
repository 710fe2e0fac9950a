/** Pure questions and small changes on a round: what is next, what is left, what a line becomes. */
import { compare, subtract, type Decimal } from '../../kit/decimal';
import type { LineFacts, RoundDocument, ToteFacts } from '../../api/types';
import type { PickState, Step, Work } from './state';

export const remaining = (line: LineFacts): Decimal => subtract(line.quantity, line.picked);
export const isOpen = (line: LineFacts): boolean => line.state === 'open' && compare(remaining(line), '0') > 0;
export const inOrder = (round: RoundDocument): LineFacts[] => [...round.lines].sort((a, b) => a.sequence - b.sequence);
export const openLines = (round: RoundDocument): LineFacts[] => inOrder(round).filter(isOpen);
export const lineOf = (state: PickState): LineFacts | undefined =>
  state.round.lines.find((line) => line.id === state.line);
export const unbound = (round: RoundDocument): ToteFacts | undefined =>
  [...round.totes]
    .sort((a, b) => a.slot - b.slot)
    .find((tote) => tote.code === null && tote.state !== 'dropped' && needed(round, tote));
export const toDrop = (round: RoundDocument): ToteFacts[] =>
  [...round.totes].sort((a, b) => a.slot - b.slot).filter((tote) => tote.code !== null && tote.state !== 'dropped');

/** A tote without lines (everything shorted or cancelled before it was bound) needs no box. */
const needed = (round: RoundDocument, tote: ToteFacts): boolean =>
  round.lines.some((line) => line.tote === tote.id && isOpen(line));

export function freshWork(line: LineFacts | undefined): Work {
  return { quantity: line ? remaining(line) : '0', counted: null, first: '0', itemProved: false, short: null };
}

/** Fewer are counted than the line needs: they are in hand, or lie in the tote, and are not booked yet. */
export const isPartCounted = ({ work }: PickState, line: LineFacts): boolean =>
  work.itemProved && compare(work.quantity, remaining(line)) < 0;

export function withLine(round: RoundDocument, id: string, change: Partial<LineFacts>): RoundDocument {
  return { ...round, lines: round.lines.map((line) => (line.id === id ? { ...line, ...change } : line)) };
}

export function withTote(round: RoundDocument, id: string, change: Partial<ToteFacts>): RoundDocument {
  return { ...round, totes: round.totes.map((tote) => (tote.id === id ? { ...tote, ...change } : tote)) };
}

/** Opens a line; a line in the bin where the picker already stands needs no second bin scan. */
export function atLine(state: PickState, line: LineFacts): PickState {
  const step: Step = state.at === line.place ? 'item' : 'bin';
  return { ...state, step, line: line.id, tote: null, work: freshWork(line), confirm: null };
}

/** Where to go when nothing is in hand: totes without a code, then what else lies in this bin, then the next line, then the drops. */
export function onward(state: PickState, except?: string): PickState {
  const rest = { ...state, line: null, tote: null, work: freshWork(undefined), confirm: null };
  const bare = unbound(state.round);
  if (bare) return { ...rest, step: 'totes', tote: bare.id };
  const lines = openLines(state.round);
  const line = lines.find((one) => one.place === state.at && one.id !== except) ?? lines[0];
  if (line) return atLine(state, line);
  return { ...rest, step: toDrop(state.round).length > 0 ? 'drop' : 'done' };
}

/** A round as it is first opened on this device. */
export function open(round: RoundDocument): PickState {
  return onward({
    round,
    step: 'bin',
    line: null,
    tote: null,
    work: freshWork(undefined),
    confirm: null,
    past: [],
    at: null,
  });
}

/** How many lines are settled, of how many; cancelled ones are not counted. */
export function progress(round: RoundDocument): { done: number; of: number } {
  const lines = round.lines.filter((line) => line.state !== 'cancelled');
  return { done: lines.filter((line) => !isOpen(line)).length, of: lines.length };
}
