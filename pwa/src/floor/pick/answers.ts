/**
 * What each wrong scan is told, one entry for each step and each kind of thing scanned. Every answer names what was
 * scanned and what was expected, says where to go, and that nothing was booked.
 */
import type { Feedback } from '../../kit/feedback';
import type { Say } from '../../i18n';
import type { LineFacts, RoundDocument, ToteFacts } from '../../api/types';
import { nearby } from './codes';
import type { Meaning } from './meaning';
import { expectedItem, itemOf, phrase, placeOf, placePhrase, tote, wayFrom, wayTo } from './words';

const NOTHING: Say = { key: 'nothing_booked' };

/** Red: this, not that; why or where to; nothing booked. */
export function wrong(scanned: Say, expected: Say, ...lines: Say[]): Feedback {
  return { kind: 'wrong', head: { key: 'x_not_y', args: { scanned, expected } }, lines: [...lines, NOTHING] };
}

const refuse = (head: Say, ...lines: Say[]): Feedback => ({ kind: 'wrong', head, lines: [...lines, NOTHING] });

const notKnown = (meaning: Meaning, expected: Say): Feedback | null => {
  if (meaning.is === 'unknown')
    return refuse(
      { key: 'unknown_here', args: { scanned: phrase(meaning) } },
      { key: 'scan_x', args: { what: expected } },
    );
  return null;
};

export function wrongAtTotes(meaning: Meaning, bare: ToteFacts): Feedback {
  const wanted: Say = { key: 'an_empty_tote', args: { slot: bare.slot } };
  if (meaning.is === 'tote')
    return refuse(
      { key: 'tote_already', args: { slot: meaning.tote.slot } },
      { key: 'scan_x', args: { what: wanted } },
    );
  return wrong(phrase(meaning), wanted);
}

export function wrongAtBin(round: RoundDocument, line: LineFacts, meaning: Meaning): Feedback {
  const bin = placeOf(round, line.place);
  const expected = placePhrase(bin);
  const plain = notKnown(meaning, expected);
  if (plain) return plain;
  if (meaning.is === 'place') return wrong(phrase(meaning), expected, wayTo(meaning.place, bin));
  if (meaning.is === 'place_elsewhere') return wrong(phrase(meaning), expected, wayFrom(meaning, bin));
  if (meaning.is === 'item' && meaning.item.id === line.item)
    return refuse(
      { key: 'right_item_bin_first', args: { name: meaning.item.name } },
      { key: 'scan_x', args: { what: expected } },
    );
  if (meaning.is === 'unit' && line.handlingUnit)
    return wrong(
      phrase(meaning),
      { key: 'a_unit', args: { code: line.handlingUnit.code } },
      { key: 'go_to_bin', args: { code: bin.code } },
    );
  return refuse(
    { key: 'x_bin_first', args: { scanned: phrase(meaning) } },
    { key: 'scan_x', args: { what: expected } },
  );
}

/** Where else in this round's neighbourhood the scanned thing lies. */
function livesAt(round: RoundDocument, line: LineFacts, meaning: Meaning): Say[] {
  const match = nearby(round).find(
    (near) =>
      near.place !== line.place &&
      ((meaning.is === 'item' &&
        near.item === meaning.item.id &&
        (meaning.lot === null || near.lot?.code === meaning.lot)) ||
        (meaning.is === 'lot' && near.lot?.code === meaning.code && near.item === meaning.item.id) ||
        (meaning.is === 'serial' && near.serial?.code === meaning.code) ||
        (meaning.is === 'unit' && near.handlingUnit?.code === meaning.code)),
  );
  return match ? [{ key: 'belongs_in', args: { code: placeOf(round, match.place).code } }] : [];
}

export function wrongAtItem(round: RoundDocument, line: LineFacts, meaning: Meaning): Feedback {
  const expected = expectedItem(round, line);
  const plain = notKnown(meaning, expected);
  if (plain) return plain;
  const ours = itemOf(round, line);
  if (meaning.is === 'place' || meaning.is === 'place_elsewhere') {
    if (meaning.is === 'place' && meaning.place.id === line.place)
      return refuse(
        { key: 'bin_right_already', args: { code: meaning.place.code } },
        { key: 'scan_x', args: { what: expected } },
      );
    return wrong(phrase(meaning), expected, { key: 'picking_from', args: { code: placeOf(round, line.place).code } });
  }
  if (meaning.is === 'tote')
    return refuse(
      { key: 'x_item_first', args: { scanned: phrase(meaning) } },
      { key: 'scan_x', args: { what: expected } },
    );
  const where = livesAt(round, line, meaning);
  const sameItem = 'item' in meaning && meaning.item?.id === ours.id;
  if (meaning.is === 'item' && sameItem) {
    const scanned: Say = meaning.lot
      ? { key: 'a_lot', args: { code: meaning.lot } }
      : meaning.serial
        ? { key: 'a_serial', args: { code: meaning.serial } }
        : phrase(meaning);
    return wrong(scanned, expected, { key: 'same_item', args: { name: ours.name } }, ...where);
  }
  if (sameItem) return wrong(phrase(meaning), expected, { key: 'same_item', args: { name: ours.name } }, ...where);
  const item: Say = { key: 'a_item', args: { name: ours.name } };
  return wrong(phrase(meaning), meaning.is === 'item' ? item : expected, ...where);
}

export function wrongAtPut(line: LineFacts, meaning: Meaning, wanted: ToteFacts): Feedback {
  const expected = tote(wanted);
  if (meaning.is === 'tote')
    return wrong(phrase(meaning), expected, {
      key: 'tote_for',
      args: { slot: meaning.tote.slot, order: meaning.tote.order.number },
    });
  if (meaning.is === 'unknown')
    return refuse(
      { key: 'not_a_tote', args: { scanned: phrase(meaning) } },
      { key: 'scan_x', args: { what: expected } },
    );
  if (meaning.is === 'place' && meaning.place.id === line.place)
    return refuse(
      { key: 'bin_right_already', args: { code: meaning.place.code } },
      { key: 'scan_x', args: { what: expected } },
    );
  if (
    meaning.is === 'item' &&
    meaning.item.id === line.item &&
    meaning.lot &&
    line.lot &&
    meaning.lot !== line.lot.code
  )
    return wrong(
      { key: 'a_lot', args: { code: meaning.lot } },
      { key: 'a_lot', args: { code: line.lot.code } },
      { key: 'same_item', args: { name: meaning.item.name } },
      { key: 'quantity_kept' },
    );
  return wrong(phrase(meaning), expected, { key: 'quantity_kept' });
}

export function wrongAtDrop(meaning: Meaning, left: readonly ToteFacts[]): Feedback {
  const [first] = left;
  if (meaning.is === 'tote') return refuse({ key: 'tote_dropped', args: { slot: meaning.tote.slot } });
  return wrong(phrase(meaning), first ? tote(first) : { key: 'a_place', args: { code: '' } }, { key: 'tote_first' });
}

export function wrongAtPlace(round: RoundDocument, meaning: Meaning, dropping: ToteFacts): Feedback {
  const place = placeOf(round, dropping.dropPlace);
  const expected = placePhrase(place);
  if (meaning.is === 'unknown')
    return refuse(
      { key: 'unknown_here', args: { scanned: phrase(meaning) } },
      { key: 'scan_x', args: { what: expected } },
    );
  if (meaning.is === 'place' && meaning.place.kind === 'bin')
    return wrong(phrase(meaning), expected, { key: 'no_totes_in_bins' });
  return wrong(phrase(meaning), expected);
}

export const zeroFirst = (meaning: Meaning): Feedback =>
  refuse({ key: 'x_count_first', args: { scanned: phrase(meaning) } }, { key: 'type_what_is_left' });
export const sheetFirst = (meaning: Meaning): Feedback =>
  refuse({ key: 'x_sheet_first', args: { scanned: phrase(meaning) } }, { key: 'confirm_or_back' });
export const roundDone = (meaning: Meaning): Feedback =>
  refuse({ key: 'x_round_done', args: { scanned: phrase(meaning) } });
