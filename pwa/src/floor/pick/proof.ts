import { compare } from '../../kit/decimal';
import type { Say } from '../../i18n';
import type { LineFacts, RoundDocument } from '../../api/types';
import type { Meaning } from './meaning';

/**
 * What a scan proves about a line: all of it; the item but not yet its lot, serial or unit; another lot, serial or unit
 * that lies in the same bin and could be taken instead; or nothing.
 */
export type Proof = { is: 'right' } | { is: 'part' } | { is: 'other'; near: number; said: Say } | { is: 'wrong' };

const RIGHT: Proof = { is: 'right' };
const PART: Proof = { is: 'part' };
const WRONG: Proof = { is: 'wrong' };

type Kind = 'lot' | 'serial' | 'handlingUnit';

/** The code a meaning carries for what the line is tracked by, if any. */
function codeFor(kind: Kind, meaning: Meaning): string | null {
  if (kind === 'handlingUnit') return meaning.is === 'unit' ? meaning.code : null;
  if (meaning.is === 'item') return meaning[kind];
  return meaning.is === kind ? meaning.code : null;
}

function swap(round: RoundDocument, line: LineFacts, kind: Kind, code: string): Proof {
  const near = round.near.findIndex(
    (one) =>
      one.place === line.place && one.item === line.item && one[kind]?.code === code && compare(one.available, '0') > 0,
  );
  if (near < 0) return WRONG;
  const key = { lot: 'a_lot', serial: 'a_serial', handlingUnit: 'a_unit' } as const;
  return { is: 'other', near, said: { key: key[kind], args: { code } } };
}

/** True when nothing else of the item lies in this bin, so that the item alone tells which lot it is. */
function isOnlyOne(round: RoundDocument, line: LineFacts, kind: Kind): boolean {
  if (kind !== 'lot') return false;
  const here = [...round.near, ...round.lines].filter((one) => one.place === line.place && one.item === line.item);
  return here.every((one) => one.lot?.code === line.lot?.code);
}

export function proof(round: RoundDocument, line: LineFacts, meaning: Meaning): Proof {
  const kind: Kind | null = line.handlingUnit ? 'handlingUnit' : line.serial ? 'serial' : line.lot ? 'lot' : null;
  const isItem = 'item' in meaning && meaning.item?.id === line.item;
  if (kind === null) return isItem && meaning.is === 'item' ? RIGHT : WRONG;
  const code = codeFor(kind, meaning);
  if (code !== null) {
    const matches = code === line[kind]?.code && (meaning.is === 'unit' || isItem);
    if (matches) return RIGHT;
    return isItem || meaning.is === 'unit' ? swap(round, line, kind, code) : WRONG;
  }
  if (!isItem || meaning.is !== 'item') return WRONG;
  return isOnlyOne(round, line, kind) ? RIGHT : PART;
}
