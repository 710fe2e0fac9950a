/** The turns that book something: each returns the state as it will be and the command that says so. */
import { add, compare, isDecimal, isWhole, plain, subtract } from '../../kit/decimal';
import type { LineFacts, PlaceFacts, ToteFacts } from '../../api/types';
import { atLine, freshWork, isOpen, lineOf, onward, openLines, remaining, withLine, withTote } from './lines';
import { replanned } from './replan';
import { refused, right, silent } from './turns';
import { itemOf, placeOf, tote as totePhrase, toteOf, unitOf } from './words';
import type { Context, Draft, Event, Past, PickState, Turn } from './state';

/** How many picks back the list of things to undo goes. */
const REMEMBERED = 30;

export const draft = (state: PickState, context: Context, type: string, payload: Record<string, unknown>): Draft => ({
  id: context.newId(),
  type,
  task: state.round.id,
  payload,
});

export const remember = (state: PickState, entry: Past): readonly Past[] => [entry, ...state.past].slice(0, REMEMBERED);

/** The tote was scanned: what the screen says lies in it. */
export function book(state: PickState, line: LineFacts, into: ToteFacts, context: Context): Turn {
  const { quantity, short } = state.work;
  const command = short
    ? draft(state, context, 'pick.short', { line: line.id, found: quantity, ...short })
    : draft(state, context, 'pick.confirm', { line: line.id, quantity, tote: into.id });
  const picked = add(line.picked, quantity);
  const isFull = compare(picked, line.quantity) === 0;
  const booked = withTote(
    withLine(state.round, line.id, { picked, state: short ? 'short' : isFull ? 'picked' : 'open' }),
    into.id,
    { state: 'filling' },
  );
  const round = short ? replanned(booked, line.place) : booked;
  const past = remember(state, {
    command: command.id,
    what: short ? 'short' : 'pick',
    line: line.id,
    quantity,
    tote: into.id,
    at: context.now,
  });
  const next = after({ ...state, round, past }, line, isFull && !short);
  return right(
    next,
    { key: 'n_in_tote', args: { quantity: Number(quantity), slot: into.slot } },
    isFull || short ? [] : [{ key: 'n_to_go', args: { n: Number(subtract(line.quantity, picked)) } }],
    [command],
  );
}

/** What is counted already lies in the full tote: it is booked there, and the new one takes the rest. */
export function lastOfFull(state: PickState, line: LineFacts, full: ToteFacts, context: Context): Turn {
  const turn = book(state, line, full, context);
  const isNeeded = turn.state.round.lines.some((one) => one.tote === full.id && isOpen(one));
  return isNeeded ? { ...turn, state: { ...turn.state, step: 'newTote', tote: full.id } } : turn;
}

/** Other lines of the same item in the same bin: the number left is asked once, after the last of them. */
const shared = (state: PickState, line: LineFacts): LineFacts[] =>
  state.round.lines.filter((one) => one.id !== line.id && one.place === line.place && one.item === line.item);

/** A bin that should now be nearly empty is counted before the picker walks on. */
function after(state: PickState, line: LineFacts, isFull: boolean): PickState {
  if (isFull && line.leftAfter !== null && shared(state, line).every((one) => !isOpen(one)))
    return { ...state, step: 'zero', work: freshWork(undefined), confirm: null };
  const same = state.round.lines.find((one) => one.id === line.id);
  return same && isOpen(same) ? atLine(state, same) : onward(state);
}

/**
 * Takes another lot, serial or unit of the same bin. What it cannot fill comes back from the server as a line of its own; so
 * does all of it when part of the line was already picked from the first lot.
 */
export function changeLot(state: PickState, line: LineFacts, near: number, context: Context): Turn {
  const other = state.round.near[near];
  if (!other) return silent(state);
  const { lot, serial, handlingUnit } = other;
  const command = draft(state, context, 'pick.change_lot', {
    line: line.id,
    lot: lot?.id ?? null,
    serial: serial?.id ?? null,
    handlingUnit: handlingUnit?.id ?? null,
  });
  if (compare(line.picked, '0') > 0) {
    const round = withLine(state.round, line.id, { quantity: line.picked, state: 'picked' });
    return {
      state: onward({ ...state, round }),
      feedback: { kind: 'attention', head: { key: 'lot_follows' }, lines: [{ key: 'lot_follows_more' }] },
      commands: [command],
    };
  }
  const fits = compare(other.available, line.quantity) >= 0;
  const round = withLine(state.round, line.id, {
    lot,
    serial,
    handlingUnit,
    quantity: fits ? line.quantity : other.available,
  });
  const changed = round.lines.find((one) => one.id === line.id) as LineFacts;
  const next: PickState = {
    ...state,
    round,
    step: 'put',
    at: line.place,
    confirm: null,
    work: { ...freshWork(changed), first: '1', itemProved: true },
  };
  const into = toteOf(state.round, line.tote);
  const n = Number(remaining(changed));
  const head = {
    key: 'take_n',
    args: { quantity: n, unit: unitOf(itemOf(round, line).unit), slot: into?.slot ?? '?' },
  } as const;
  return right(next, head, fits ? [] : [{ key: 'quantity_changed', args: { n } }], [command]);
}

export function drop(state: PickState, held: ToteFacts, place: PlaceFacts, context: Context): Turn {
  const round = withTote(state.round, held.id, { state: 'dropped' });
  const past = state.past.filter((entry) => entry.tote !== held.id); // what stands at the packing place is not taken back
  const next = onward({ ...state, round, past, at: null });
  return right(
    next,
    { key: 'tote_at', args: { slot: held.slot, code: place.code } },
    [],
    [draft(state, context, 'pick.drop', { tote: held.id, place: place.id })],
  );
}

type Of<K extends Event['is']> = Extract<Event, { is: K }>;

export function setQuantity(state: PickState, event: Of<'quantity'>): Turn {
  const line = lineOf(state);
  if (!line || state.step !== 'put' || line.wholeUnit) return silent(state);
  const fault = quantityFault(state, line, event.quantity, false);
  if (fault) return fault;
  return silent({ ...state, work: { ...state.work, quantity: plain(event.quantity), counted: null } });
}

function quantityFault(state: PickState, line: LineFacts, quantity: string, zero: boolean): Turn | null {
  const wrongNumber = (): Turn =>
    refused(state, {
      kind: 'wrong',
      head: { key: 'not_a_quantity' },
      lines: [{ key: 'quantity_kept' }, { key: 'nothing_booked' }],
    });
  if (!isDecimal(quantity) || compare(quantity, '0') < 0 || (itemOf(state.round, line).whole && !isWhole(quantity)))
    return wrongNumber();
  if (!zero && compare(quantity, '0') === 0)
    return refused(state, {
      kind: 'wrong',
      head: { key: 'zero_is_short' },
      lines: [{ key: 'quantity_kept' }, { key: 'nothing_booked' }],
    });
  if (compare(quantity, remaining(line)) <= 0) return null;
  return refused(state, {
    kind: 'wrong',
    head: { key: 'too_many', args: { counted: Number(quantity), wanted: Number(remaining(line)) } },
    lines: [{ key: 'quantity_kept' }, { key: 'nothing_booked' }],
  });
}

/** Found some: the tote they go into is scanned next. Found none: the line is settled at once. */
export function short(state: PickState, event: Of<'short'>, context: Context): Turn {
  const line = lineOf(state);
  if (!line) return silent(state);
  const fault = quantityFault(state, line, event.found, true);
  if (fault) return fault;
  if (compare(event.found, remaining(line)) === 0)
    return refused(state, { kind: 'wrong', head: { key: 'nothing_short' }, lines: [{ key: 'nothing_booked' }] });
  const { reason, note, photo } = event;
  if (compare(event.found, '0') > 0)
    return silent({
      ...state,
      step: 'put',
      at: line.place,
      confirm: null,
      work: { ...freshWork(line), quantity: plain(event.found), itemProved: true, short: { reason, note, photo } },
    });
  const round = replanned(withLine(state.round, line.id, { state: 'short' }), line.place);
  const command = draft(state, context, 'pick.short', { line: line.id, found: '0', reason, note, photo });
  const past = remember(state, {
    command: command.id,
    what: 'short',
    line: line.id,
    quantity: '0',
    tote: line.tote,
    at: context.now,
  });
  return {
    state: onward({ ...state, round, past, at: line.place }),
    feedback: { kind: 'attention', head: { key: 'short_booked' }, lines: [{ key: 'looking_elsewhere' }] },
    commands: [command],
  };
}

/** Damaged pieces are set aside and the line shrinks by them; the server looks for others and adds them as a line. */
export function damaged(state: PickState, event: Of<'damaged'>, context: Context): Turn {
  const line = lineOf(state);
  if (!line) return silent(state);
  const fault = quantityFault(state, line, event.quantity, false);
  if (fault) return fault;
  const command = draft(state, context, 'pick.damaged', {
    line: line.id,
    quantity: plain(event.quantity),
    note: event.note,
    photo: event.photo,
  });
  const isAll = compare(event.quantity, remaining(line)) === 0;
  const round = withLine(
    state.round,
    line.id,
    isAll ? { state: 'short' } : { quantity: subtract(line.quantity, event.quantity) },
  );
  const changed = round.lines.find((one) => one.id === line.id) as LineFacts;
  const next = isAll
    ? onward({ ...state, round })
    : { ...state, round, confirm: null, work: { ...state.work, quantity: remaining(changed), counted: null } };
  return {
    state: next,
    feedback: {
      kind: 'attention',
      head: { key: 'damaged_aside', args: { n: Number(event.quantity) } },
      lines: [{ key: 'damaged_more' }],
    },
    commands: [command],
  };
}

export function left(state: PickState, event: Of<'left'>, context: Context): Turn {
  const line = lineOf(state);
  if (!line || state.step !== 'zero') return silent(state);
  if (!isDecimal(event.left) || compare(event.left, '0') < 0)
    return refused(state, { kind: 'wrong', head: { key: 'not_a_quantity' } });
  const command = draft(state, context, 'pick.zero_check', { line: line.id, left: plain(event.left) });
  const next = onward(state);
  const n = Number(event.left);
  // With several lines on one bin the device does not know what the books say now; the server compares.
  if (shared(state, line).length > 0 || line.leftAfter === null)
    return right(next, { key: 'count_noted', args: { n } }, [], [command]);
  if (compare(event.left, line.leftAfter) === 0) return right(next, { key: 'count_agrees' }, [], [command]);
  return {
    state: next,
    feedback: { kind: 'attention', head: { key: 'count_noted', args: { n } }, lines: [{ key: 'count_differs_more' }] },
    commands: [command],
  };
}

/** Takes a booked pick back: by a move of its own, and by hand. */
export function undo(state: PickState, event: Of<'undo'>, context: Context): Turn {
  const entry = state.past.find((one) => one.command === event.command);
  const line = entry && state.round.lines.find((one) => one.id === entry.line);
  if (!entry || !line) return silent(state);
  const first = Math.min(...openLines(state.round).map((one) => one.sequence), line.sequence);
  const change =
    entry.what === 'skip'
      ? { sequence: first - 1, skipped: Math.max(0, line.skipped - 1) }
      : { picked: subtract(line.picked, entry.quantity), state: 'open' };
  const round = withLine(state.round, line.id, change);
  const reopened = round.lines.find((one) => one.id === line.id) as LineFacts;
  const next = atLine({ ...state, round, past: state.past.filter((one) => one !== entry) }, reopened);
  const commands = [draft(state, context, 'pick.undo', { command: entry.command })];
  if (compare(entry.quantity, '0') === 0) return right(next, { key: 'taken_back' }, [], commands);
  const into = toteOf(round, entry.tote);
  const place = placeOf(round, line.place);
  const head = { key: 'undone', args: { n: Number(entry.quantity), tote: into ? totePhrase(into) : '' } } as const;
  return {
    state: next,
    feedback: { kind: 'attention', head, lines: [{ key: 'put_back', args: { code: place.code } }] },
    commands,
  };
}
