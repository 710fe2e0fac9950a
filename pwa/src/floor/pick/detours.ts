/** Going another way than planned: a line later, or round an aisle that is blocked. */
import { draft, remember } from './booking';
import { lineOf, onward, openLines, withLine } from './lines';
import { replanned, withClosed } from './replan';
import { refused, silent } from './turns';
import { placeOf } from './words';
import type { Context, PickState, Turn } from './state';

export function skip(state: PickState, context: Context): Turn {
  const line = lineOf(state);
  if (!line) return silent(state);
  if (openLines(state.round).length < 2)
    return refused(state, { kind: 'wrong', head: { key: 'last_line' }, lines: [{ key: 'last_line_more' }] });
  const sequence = Math.max(...state.round.lines.map((one) => one.sequence)) + 10;
  const at = lastAt(state);
  const round = replanned(withLine(state.round, line.id, { sequence, skipped: line.skipped + 1 }), at);
  const command = draft(state, context, 'pick.skip', { line: line.id, at });
  const past = remember(state, {
    command: command.id,
    what: 'skip',
    line: line.id,
    quantity: '0',
    tote: line.tote,
    at: context.now,
  });
  return silent(onward({ ...state, round, past }, line.id), [command]);
}

/** The bin the picker last proved to stand at, or last picked from. */
const lastAt = (state: PickState): string | null => {
  if (state.at !== null) return state.at;
  const last = state.past.find((entry) => entry.what === 'pick');
  return state.round.lines.find((line) => line.id === last?.line)?.place ?? null;
};

/** Nobody gets through to the bin at hand: the rest of the round goes round its aisle, and a supervisor hears of it. */
export function blocked(state: PickState, context: Context): Turn {
  const line = lineOf(state);
  const place = line && placeOf(state.round, line.place);
  if (!place || place.aisle === null) return silent(state);
  const { aisle } = place;
  const block = place.block ?? 0;
  const at = lastAt(state);
  const round = replanned(withClosed(state.round, aisle, block), at);
  const command = draft(state, context, 'pick.aisle_blocked', { round: round.id, aisle, block, at });
  return {
    state: onward({ ...state, round }),
    feedback: { kind: 'attention', head: { key: 'aisle_blocked' }, lines: [{ key: 'aisle_blocked_more' }] },
    commands: [command],
  };
}
