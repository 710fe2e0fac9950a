/** A small round to test with: three bins in one aisle and one in another, all kinds of tracking, two totes. */
import type { ItemFacts, LineFacts, NearFacts, PlaceFacts, RoundDocument, ToteFacts } from '../src/api/types';
import { open } from '../src/floor/pick/machine';
import type { PickState } from '../src/floor/pick/state';
import { understand, type Scan } from '../src/scan/scan';

const place = (id: string, code: string, more: Partial<PlaceFacts> = {}): PlaceFacts => {
  const [aisle = 'C', bay = '1', level = '1', slot = 'A'] = code.split('-');
  return {
    id,
    code,
    kind: 'bin',
    checkDigits: '47',
    zone: 'S',
    aisle: aisle.charCodeAt(0) - 65,
    block: 0,
    side: 'L',
    bay: Number(bay),
    level: Number(level),
    slot,
    offsetM: 3,
    x: 1,
    y: 2,
    ...more,
  };
};

const item = (id: string, name: string, gtin: string, tracking = 'none', box?: string): ItemFacts => ({
  id,
  sku: id.toUpperCase(),
  name,
  unit: 'pc',
  whole: true,
  tracking,
  expires: false,
  group: '',
  packagings: [{ kind: 'each', quantity: '1', gtin }, ...(box ? [{ kind: 'box', quantity: '12', gtin: box }] : [])],
});

export const GTIN = {
  bolt: '09521234000006',
  lamp: '09521234000013',
  chain: '09521234000020',
  bell: '09521234000037',
  boltBox: '19521234000003',
};

const PLACES = {
  here: place('p1', 'C-07-3-B'),
  beside: place('p2', 'C-07-3-A'),
  bay: place('p3', 'C-09-3-B'),
  far: place('p4', 'F-01-1-A'),
  pack1: place('k1', 'PACK-1', { kind: 'pack', aisle: null, bay: null, level: null }),
  pack2: place('k2', 'PACK-2', { kind: 'pack', aisle: null, bay: null, level: null }),
};
const ITEMS = {
  bolt: item('bolt', 'Hex bolt', GTIN.bolt, 'lot', GTIN.boltBox),
  lamp: item('lamp', 'Lamp', GTIN.lamp, 'serial'),
  chain: item('chain', 'Chain', GTIN.chain),
  bell: item('bell', 'Bell', GTIN.bell),
};

export const lot = (code: string) => ({ id: `lot-${code}`, code, expiresOn: '2027-03-31' });
const code = (text: string) => ({ id: `id-${text}`, code: text });

const line = (
  id: string,
  sequence: number,
  of: keyof typeof ITEMS,
  at: keyof typeof PLACES,
  tote: string,
  more: Partial<LineFacts> = {},
): LineFacts => ({
  id,
  sequence,
  skipped: 0,
  state: 'open',
  version: 1,
  quantity: '3',
  picked: '0',
  item: of,
  place: PLACES[at].id,
  lot: null,
  serial: null,
  handlingUnit: null,
  wholeUnit: false,
  tote,
  leftAfter: null,
  ...more,
});
const tote = (id: string, slot: number, bound: string | null): ToteFacts => ({
  id,
  slot,
  state: bound ? 'filling' : 'empty',
  code: bound,
  dropPlace: slot === 1 ? 'k1' : 'k2',
  order: {
    id: `o${slot}`,
    number: `SO-${slot}`,
    customer: 'Fietsen BV',
    dueAt: '2026-11-23T10:00:00Z',
    carrier: 'Post',
  },
});
const near = (at: keyof typeof PLACES, of: keyof typeof ITEMS, more: Partial<NearFacts>): NearFacts => ({
  place: PLACES[at].id,
  item: of,
  lot: null,
  serial: null,
  handlingUnit: null,
  quantity: '5',
  available: '5',
  ...more,
});

export const UNIT = '395212340000000014';
export const OTHER_UNIT = '395212340000000021';

/** Lines: a lot of bolts (12), a lamp by serial, a chain without tracking, a whole unit of bells. */
export function round(totes: readonly [string | null, string | null] = ['T-1', 'T-2']): RoundDocument {
  return {
    id: 'round',
    number: 412,
    version: 1,
    state: 'claimed',
    dueAt: null,
    person: 'me',
    personName: 'Anna',
    leaseUntil: null,
    cart: 'CART-1',
    lengthM: 100,
    proved: true,
    start: null,
    totes: [tote('t1', 1, totes[0]), tote('t2', 2, totes[1])],
    lines: [
      line('bolts', 10, 'bolt', 'here', 't1', { quantity: '12', lot: lot('24117') }),
      line('lamp', 20, 'lamp', 'bay', 't2', { quantity: '1', serial: code('S-100') }),
      line('chain', 30, 'chain', 'bay', 't1', { quantity: '3', leftAfter: '2' }),
      line('bells', 40, 'bell', 'far', 't2', { quantity: '40', handlingUnit: code(UNIT), wholeUnit: true }),
    ],
    places: Object.values(PLACES),
    items: Object.values(ITEMS),
    near: [
      near('here', 'bolt', { lot: lot('24117') }),
      near('here', 'bolt', { lot: lot('24200'), available: '5' }),
      near('beside', 'bolt', { lot: lot('24093') }),
      near('bay', 'lamp', { serial: code('S-200') }),
      near('far', 'bell', { handlingUnit: code(OTHER_UNIT) }),
    ],
    map: { plan: {}, legs: [] },
  };
}

export const ready = (): PickState => open(round());

export function scanOf(text: string): Scan {
  const scan = understand(text, 'wedge', 0);
  if (typeof scan === 'string') throw new Error(`not a scan: ${scan}`);
  return scan;
}
