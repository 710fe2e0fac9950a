/** What a scan does at each step: (state, meanings) → turn. Nothing here touches the network, the screen or the clock. */
import { add, compare } from '../../kit/decimal';
import type { Scan } from '../../scan/scan';
import type { LineFacts, ToteFacts } from '../../api/types';
import { likeliest, meanings, named } from './codes';
import type { Meaning } from './meaning';
import { proof } from './proof';
import {
  roundDone,
  sheetFirst,
  wrong,
  wrongAtBin,
  wrongAtDrop,
  wrongAtItem,
  wrongAtPlace,
  wrongAtPut,
  wrongAtTotes,
  zeroFirst,
} from './answers';
import {
  atLine,
  isOpen,
  isPartCounted,
  lineOf,
  onward,
  openLines,
  remaining,
  toDrop,
  unbound,
  withTote,
} from './lines';
import { book, changeLot, drop, lastOfFull } from './booking';
import { ask, refused, right, silent } from './turns';
import { expectedItem, itemOf, phrase, placeOf, placePhrase, tote, toteOf, unitOf } from './words';
import type { Context, PickState, Step, Turn } from './state';

type AtStep = (state: PickState, scan: Scan, context: Context) => Turn;

/** Kinds of thing each step looks for, best first. */
const EXPECTED: Readonly<Record<Step, readonly Meaning['is'][]>> = {
  totes: ['tote', 'tote_elsewhere', 'unknown', 'unit'],
  bin: ['place', 'unit'],
  item: ['unit', 'serial', 'lot', 'item', 'place'],
  put: ['tote', 'item', 'lot', 'serial', 'unit'],
  zero: [],
  newTote: ['tote', 'tote_elsewhere', 'unknown', 'unit'],
  drop: ['tote'],
  place: ['place'],
  done: [],
};

const read = (state: PickState, scan: Scan, context: Context): Meaning =>
  likeliest(named(meanings(state.round, scan), context.known?.(scan), scan), EXPECTED[state.step]);
const codeOf = (scan: Scan): string => scan.gs1?.sscc ?? scan.text;

/**
 * What an empty tote's scan comes to. A code the site has never seen may be a new box, or half a code, or a badge: it is asked
 * for twice, and a half-read code never comes twice.
 */
function emptyTote(state: PickState, scan: Scan, context: Context, bare: ToteFacts): Turn | null {
  const meaning = read(state, scan, context);
  if (meaning.is === 'tote_elsewhere') return null;
  const isNew = meaning.is === 'unknown' || (meaning.is === 'unit' && meaning.item === null);
  if (!isNew) return refused(state, wrongAtTotes(meaning, bare));
  if (state.confirm?.what === 'box' && state.confirm.code === scan.text) return null;
  const scanned = phrase(meaning);
  return ask(
    state,
    { what: 'box', code: scan.text },
    { key: 'new_here', args: { scanned } },
    { key: 'new_tote_again' },
  );
}

const totes: AtStep = (state, scan, context) => {
  const bare = unbound(state.round);
  if (!bare) return silent(onward(state));
  const not = emptyTote(state, scan, context, bare);
  if (not) return not;
  const code = codeOf(scan);
  const bound = onward({ ...state, round: withTote(state.round, bare.id, { code, state: 'filling' }) });
  return right(
    bound,
    { key: 'tote_bound', args: { slot: bare.slot } },
    [],
    [{ id: context.newId(), type: 'pick.bind_tote', task: state.round.id, payload: { tote: bare.id, code } }],
  );
};

/** The full tote stays on the cart under its own code; a new one in a new slot takes the rest of its order. */
const newTote: AtStep = (state, scan, context) => {
  const full = toteOf(state.round, state.tote ?? '');
  if (!full) return silent(onward(state));
  const slot = Math.max(...state.round.totes.map((one) => one.slot)) + 1;
  const before = lineOf(state);
  const inHand = before !== undefined && before.tote === full.id && isPartCounted(state, before);
  if (inHand && codeOf(scan) === full.code) return lastOfFull(state, before, full, context);
  const not = emptyTote(state, scan, context, { ...full, slot });
  if (not) return not;
  const added: ToteFacts = { ...full, id: context.newId(), slot, code: codeOf(scan), state: 'filling' };
  const closed = withTote(state.round, full.id, { state: 'full' });
  const lines = closed.lines.map((line) =>
    line.tote === full.id && isOpen(line) ? { ...line, tote: added.id } : line,
  );
  const changed: PickState = { ...state, round: { ...closed, lines, totes: [...closed.totes, added] }, tote: null };
  const line = lineOf(changed);
  const again = (open: LineFacts): PickState => (inHand ? { ...changed, step: 'put' } : atLine(changed, open));
  const next = line && isOpen(line) ? again(line) : onward(changed);
  const command = {
    id: context.newId(),
    type: 'pick.tote_full',
    task: state.round.id,
    payload: { tote: full.id, code: codeOf(scan), added: added.id },
  };
  return right(next, { key: 'tote_changed', args: { slot } }, [{ key: 'full_tote_aside' }], [command]);
};

/** The bin is proved: on to its item. */
export function binProved(state: PickState, line: LineFacts): Turn {
  const next = { ...atLine({ ...state, at: line.place }, line) };
  return right(next, { key: 'bin_right', args: { code: placeOf(state.round, line.place).code } }, [
    expectedItem(state.round, line),
  ]);
}

const bin: AtStep = (state, scan, context) => {
  const line = lineOf(state);
  if (!line) return silent(onward(state));
  const meaning = read(state, scan, context);
  if (meaning.is === 'unit') {
    if (proof(state.round, line, meaning).is !== 'wrong') return item(state, scan, context); // it proves its bin, too
    const later = openLines(state.round).find((one) => one.handlingUnit?.code === meaning.code);
    if (later) return jump(state, scan, meaning, later, () => itemProved(state, later, meaning));
  }
  if (meaning.is !== 'place') return refused(state, wrongAtBin(state.round, line, meaning));
  if (meaning.place.id === line.place) return binProved(state, line);
  const other = openLines(state.round).find((one) => one.place === meaning.place.id);
  if (!other) return refused(state, wrongAtBin(state.round, line, meaning));
  return jump(state, scan, meaning, other, () => binProved(state, other));
};

/** A later stop of the round, picked first when it is scanned twice. */
function jump(state: PickState, scan: Scan, meaning: Meaning, later: LineFacts, go: () => Turn): Turn {
  if (state.confirm?.what === 'jump' && state.confirm.code === scan.text) return go();
  const expected = placePhrase(placeOf(state.round, lineOf(state)?.place ?? ''));
  return ask(
    state,
    { what: 'jump', code: scan.text, line: later.id },
    { key: 'x_not_y', args: { scanned: phrase(meaning), expected } },
    { key: 'later_stop_again' },
  );
}

/** The item is proved: on to the quantity and the tote. A count or packaging in the scan sets what was taken first. */
function itemProved(state: PickState, line: LineFacts, meaning: Meaning): Turn {
  const content = meaning.is === 'item' ? meaning.content : '1';
  const quantity = remaining(line);
  const into = toteOf(state.round, line.tote);
  const next: PickState = {
    ...state,
    step: 'put',
    line: line.id,
    at: line.place,
    confirm: null,
    work: { quantity, counted: null, first: content, itemProved: true, short: null },
  };
  const item = itemOf(state.round, line);
  const lines =
    compare(content, quantity) > 0 && meaning.is === 'item'
      ? [{ key: 'open_the_box' as const, args: { content: packed(content), quantity: packed(quantity) } }]
      : [];
  return right(
    next,
    { key: 'take_n', args: { quantity: packed(quantity), unit: unitOf(item.unit), slot: into?.slot ?? '?' } },
    lines,
  );
}

const packed = (quantity: string): number => Number(quantity);

const item: AtStep = (state, scan, context) => {
  const line = lineOf(state);
  if (!line) return silent(onward(state));
  const meaning = read(state, scan, context);
  const lines = [line, ...openLines(state.round).filter((one) => one.place === line.place && one.id !== line.id)];
  const whole = lines.find((one) => proof(state.round, one, meaning).is === 'right');
  if (whole) return itemProved(state, whole, meaning);
  const found = proof(state.round, line, meaning);
  if (found.is === 'part') {
    const expected = expectedItem(state.round, line);
    return right({ ...state, confirm: null, work: { ...state.work, itemProved: true } }, { key: 'item_right' }, [
      { key: 'now_scan', args: { what: expected } },
    ]);
  }
  if (found.is === 'other') {
    if (state.confirm?.what === 'lot' && state.confirm.code === scan.text)
      return changeLot(state, line, found.near, context);
    const scanned = found.said;
    return ask(
      state,
      { what: 'lot', code: scan.text, near: found.near },
      { key: 'x_not_y', args: { scanned, expected: expectedItem(state.round, line) } },
      { key: 'both_here_again', args: { scanned } },
    );
  }
  return refused(state, wrongAtItem(state.round, line, meaning));
};

/** A further scan of the same item counts: the first of them makes the number on the screen start from what was scanned. */
function count(state: PickState, line: LineFacts, content: string): Turn {
  const counted = add(state.work.counted ?? state.work.first, content);
  const over = compare(counted, remaining(line)) > 0;
  if (over)
    return refused(state, {
      kind: 'wrong',
      head: { key: 'too_many', args: { counted: packed(counted), wanted: packed(remaining(line)) } },
      lines: [{ key: 'quantity_kept' }, { key: 'nothing_booked' }],
    });
  const next = { ...state, confirm: null, work: { ...state.work, counted, quantity: counted } };
  return right(next, { key: 'counted_n', args: { counted: packed(counted), wanted: packed(remaining(line)) } }, []);
}

const put: AtStep = (state, scan, context) => {
  const line = lineOf(state);
  const wanted = line && toteOf(state.round, line.tote);
  if (!line || !wanted) return silent(onward(state));
  const meaning = read(state, scan, context);
  if (meaning.is === 'tote' && meaning.tote.id === wanted.id) return book(state, line, wanted, context);
  const mayCount = meaning.is === 'item' && !line.wholeUnit && !line.serial && !state.work.short;
  if (mayCount && proof(state.round, line, meaning).is === 'right') return count(state, line, meaning.content);
  return refused(state, wrongAtPut(line, meaning, wanted));
};

const zero: AtStep = (state, scan, context) => refused(state, zeroFirst(read(state, scan, context)));

const dropStep: AtStep = (state, scan, context) => {
  const left = toDrop(state.round);
  if (left.length === 0) return silent(onward(state));
  const meaning = read(state, scan, context);
  const held = meaning.is === 'tote' && left.find((one) => one.id === meaning.tote.id);
  if (!held) return refused(state, wrongAtDrop(meaning, left));
  const place = placeOf(state.round, held.dropPlace);
  return right({ ...state, step: 'place', tote: held.id, confirm: null }, tote(held), [
    { key: 'bring_to', args: { code: place.code } },
  ]);
};

const place: AtStep = (state, scan, context) => {
  const held = toteOf(state.round, state.tote ?? '');
  if (!held) return silent(onward(state));
  const meaning = read(state, scan, context);
  if (meaning.is === 'place' && meaning.place.id === held.dropPlace) return drop(state, held, meaning.place, context);
  if (meaning.is !== 'place' || meaning.place.kind === 'bin')
    return refused(state, wrongAtPlace(state.round, meaning, held));
  if (state.confirm?.what === 'place' && state.confirm.code === scan.text)
    return drop(state, held, meaning.place, context);
  return askPlace(state, scan, meaning, held);
};

function askPlace(state: PickState, scan: Scan, meaning: Extract<Meaning, { is: 'place' }>, held: ToteFacts): Turn {
  const expected = placePhrase(placeOf(state.round, held.dropPlace));
  return ask(
    state,
    { what: 'place', code: scan.text, place: meaning.place.id },
    { key: 'x_not_y', args: { scanned: phrase(meaning), expected } },
    { key: 'drop_here_again' },
  );
}

const done: AtStep = (state, scan, context) => refused(state, roundDone(read(state, scan, context)));

const STEPS: Readonly<Record<Step, AtStep>> = { totes, bin, item, put, zero, newTote, drop: dropStep, place, done };

/** Answers one scan at the present step. */
export const scanned: AtStep = (state, scan, context) => STEPS[state.step](state, scan, context);

/** A scan while a number or a reason is being given: named, and nothing else. */
export const untimely: AtStep = (state, scan, context) => refused(state, sheetFirst(read(state, scan, context)));

/** Check digits typed instead of a scan, for a label that is gone. */
export function digits(state: PickState, typed: string, context: Context): Turn {
  const line = lineOf(state);
  const held = toteOf(state.round, state.tote ?? '');
  const target =
    state.step === 'bin' && line
      ? placeOf(state.round, line.place)
      : state.step === 'place' && held
        ? placeOf(state.round, held.dropPlace)
        : null;
  if (!target) return silent(state);
  if (target.checkDigits === '' || target.checkDigits !== typed)
    return refused(state, wrong({ key: 'check_digits', args: { digits: typed } }, placePhrase(target)));
  return line && state.step === 'bin'
    ? binProved(state, line)
    : held
      ? drop(state, held, target, context)
      : silent(state);
}
