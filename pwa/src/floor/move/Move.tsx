import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got } from '../../api/client';
import type { Match, StockRow } from '../../api/types';
import { number, t, term, type Say } from '../../i18n';
import { tell } from '../../kit/feedback';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Prompt, Screen } from '../../kit/parts';
import { outbox, uuid7 } from '../../outbox';
import { rawOf, shown, type Scan } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { tellWhy } from '../signin/SignIn';

/** What is in hand: a whole handling unit, or so much of one thing from a bin. */
type Hand = { unit: Match; rows: StockRow[] } | { row: StockRow; quantity: string };

const resolve = async (scan: Scan, expected: string): Promise<Match[]> =>
  (await got(client.GET('/api/floor/work/resolve', { params: { query: { code: rawOf(scan), expected } } }))).matches;
const stock = (by: 'bin' | 'handling_unit', of: string): Promise<StockRow[]> =>
  got(client.GET('/api/floor/work/stock/{by}/{of}', { params: { path: { by, of } } }));
const code = (scan: Scan): Say => ({ key: 'a_code', args: { code: shown(scan.text) } });
const no = (head: Say, ...lines: Say[]): void =>
  tell({ kind: 'wrong', head, lines: [...lines, { key: 'nothing_booked' }] });

/** The stock in a bin a scan can mean: what its most telling code names, be it a unit, a serial, a lot or the item alone. */
function meant(rows: readonly StockRow[], matches: readonly Match[]): StockRow[] {
  const ids = (kind: string): Set<string> => new Set(matches.filter((one) => one.kind === kind).map((one) => one.id));
  const [units, serials, lots, items] = [ids('handling_unit'), ids('serial'), ids('lot'), ids('item')];
  if (units.size > 0) return []; // a unit is moved whole
  return rows.filter(
    (row) =>
      (serials.size === 0 || serials.has(row.serialId ?? '')) &&
      (lots.size === 0 || lots.has(row.lotId ?? '')) &&
      (items.size === 0 || items.has(row.itemId)),
  );
}

/** Moves stock: scan the unit, or the bin and its item; say how much; scan where it goes. */
export default function Move() {
  const { route } = useLocation();
  const [bin, setBin] = useState<{ code: string; rows: StockRow[] } | null>(null);
  const [hand, setHand] = useState<Hand | null>(null);
  const [typing, setTyping] = useState(false);

  const pickUp = async (scan: Scan): Promise<void> => {
    const matches = await resolve(scan, 'handling_unit,bin,serial,lot,item');
    const [match] = matches;
    if (!match) return no({ key: 'not_known', args: { scanned: code(scan) } });
    const inBin = match.kind === 'bin' ? [] : meant(bin?.rows ?? [], matches);
    if (inBin.length === 1 && inBin[0]) return take(inBin[0]);
    if (bin && inBin.length > 1) {
      setBin({ ...bin, rows: inBin }); // of which lot or unit, a scan or a tap says
      return tell({ kind: 'right', head: { key: 'a_item', args: { name: match.label } } });
    }
    if (match.kind === 'handling_unit') return setHand({ unit: match, rows: await stock('handling_unit', match.id) });
    if (match.kind === 'bin') return setBin({ code: match.code, rows: await stock('bin', match.id) });
    no({ key: 'move_needs_place', args: { scanned: { key: 'a_item', args: { name: match.label } } } });
  };
  const take = (row: StockRow): void => {
    setHand({ row, quantity: row.quantity });
    tell({ kind: 'right', head: { key: 'a_item', args: { name: row.name } } });
  };
  const putDown = async (scan: Scan, held: Hand): Promise<void> => {
    const [match] = await resolve(scan, 'bin');
    if (match?.kind !== 'bin')
      return no({
        key: 'move_needs_place',
        args: { scanned: match ? { key: 'a_item', args: { name: match.label } } : code(scan) },
      });
    const from = 'unit' in held ? held.rows[0]?.placeId : held.row.placeId;
    if (!from || from === match.id) return no({ key: 'move_same' });
    const payload =
      'unit' in held
        ? {
            type: 'stock.move_handling_unit',
            payload: { handlingUnit: held.unit.id, fromPlace: from, toPlace: match.id },
          }
        : {
            type: 'stock.move',
            payload: {
              item: held.row.itemId,
              quantity: held.quantity,
              fromPlace: from,
              toPlace: match.id,
              lot: held.row.lotId,
              serial: held.row.serialId,
              fromHandlingUnit: held.row.handlingUnitId,
              status: held.row.status,
            },
          };
    await outbox.record([{ id: uuid7(), task: null, ...payload }]);
    tell({ kind: 'right', head: { key: 'move_done', args: { code: match.code } } });
    route('/');
  };
  useScan((scan) => {
    if (typing) return no({ key: 'x_sheet_first', args: { scanned: code(scan) } }, { key: 'confirm_or_back' });
    return (hand ? putDown(scan, hand) : pickUp(scan)).catch(tellWhy);
  });

  if (hand && 'row' in hand && typing)
    return (
      <HowMany
        row={hand.row}
        back={() => setTyping(false)}
        take={(quantity) => {
          setHand({ ...hand, quantity });
          setTyping(false);
        }}
      />
    );
  if (hand) return <InHand hand={hand} back={() => setHand(null)} change={() => setTyping(true)} />;
  return (
    <Screen title={t('move')} back={bin ? () => setBin(null) : '/'}>
      {bin ? (
        <>
          <h2>{t('move_which')}</h2>
          <div class="stackbtns">
            {bin.rows.map((row, place) => (
              <button
                type="button"
                class="card row"
                key={place}
                onClick={() => setHand({ row, quantity: row.quantity })}
              >
                <div class="grow">
                  <b>{row.name}</b>
                  <div class="note">{trackedBy(row)}</div>
                </div>
                <span class="chip">
                  {number(row.quantity)} {term(row.unit)}
                </span>
              </button>
            ))}
          </div>
          {bin.rows.length === 0 && <p>{t('look_empty')}</p>}
        </>
      ) : (
        <div class="shut">
          <p>{t('move_what_hint')}</p>
        </div>
      )}
      <Prompt>{t('move_what')}</Prompt>
    </Screen>
  );
}

/** What tells this stock from other stock of the item; its number where nothing does. */
const trackedBy = (row: StockRow): string =>
  [row.lot, row.serial, row.handlingUnit].filter(Boolean).join(' · ') || row.sku;

function InHand({ hand, back, change }: { hand: Hand; back: () => void; change: () => void }) {
  const from = 'unit' in hand ? hand.unit.place : hand.row.place;
  return (
    <Screen title={t('move')} back={back}>
      <div class="card">
        {'unit' in hand ? (
          <>
            <b>{hand.unit.code}</b>
            <div class="note">
              {t('move_unit')} ·{' '}
              {hand.rows.map((row) => `${number(row.quantity)} ${term(row.unit)} ${row.name}`).join(', ')}
            </div>
          </>
        ) : (
          <>
            <div class="qty">
              {number(hand.quantity)} <em>{term(hand.row.unit)}</em>
            </div>
            <b>{hand.row.name}</b>
            <div class="note">{trackedBy(hand.row)}</div>
          </>
        )}
        <div class="note">{t('move_from', { code: from })}</div>
      </div>
      {'row' in hand && (
        <Button id="change-quantity" onClick={change}>
          {t('change_quantity')}
        </Button>
      )}
      <Prompt>{t('move_to')}</Prompt>
    </Screen>
  );
}

function HowMany({ row, back, take }: { row: StockRow; back: () => void; take: (quantity: string) => void }) {
  const [value, setValue] = useState('');
  return (
    <Screen title={t('change_quantity')} back={back}>
      <div class="note">
        {row.name} · {t('available_n', { n: number(row.quantity) })}
      </div>
      <div class="read">
        <span class="qty" data-testid="number">
          {value === '' ? '–' : number(value)}
        </span>
        <span>{term(row.unit)}</span>
      </div>
      <NumberPad value={value} onChange={setValue} decimals />
      <Button
        kind="go"
        id="confirm"
        disabled={Number(value) <= 0 || Number(value) > Number(row.quantity)}
        onClick={() => take(value.replace(/\.$/, ''))}
      >
        {t('ok')}
      </Button>
    </Screen>
  );
}
