import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got } from '../../api/client';
import type { Match, StockRow } from '../../api/types';
import { number, t, term, type Say } from '../../i18n';
import { tell } from '../../kit/feedback';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Prompt, Screen } from '../../kit/parts';
import { outbox, uuid7 } from '../../outbox';
import { shown, type Scan } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { tellWhy } from '../signin/SignIn';

/** What is in hand: a whole handling unit, or so much of one thing from a bin. */
type Hand = { unit: Match; rows: StockRow[] } | { row: StockRow; quantity: string };

const resolve = async (scan: Scan, expected: string): Promise<Match[]> =>
  (await got(client.GET('/api/floor/work/resolve', { params: { query: { code: scan.text, expected } } }))).matches;
const stock = (by: 'bin' | 'handling_unit', of: string): Promise<StockRow[]> =>
  got(client.GET('/api/floor/work/stock/{by}/{of}', { params: { path: { by, of } } }));
const code = (scan: Scan): Say => ({ key: 'a_code', args: { code: shown(scan.text) } });
const no = (head: Say): void => tell({ kind: 'wrong', head, lines: [{ key: 'nothing_booked' }] });

/** Moves stock: scan the unit, or the bin and its item; say how much; scan where it goes. */
export default function Move() {
  const { route } = useLocation();
  const [bin, setBin] = useState<{ code: string; rows: StockRow[] } | null>(null);
  const [hand, setHand] = useState<Hand | null>(null);
  const [typing, setTyping] = useState(false);

  const pickUp = async (scan: Scan): Promise<void> => {
    const [match] = await resolve(scan, 'handling_unit,bin,item,lot,serial');
    if (!match) return no({ key: 'not_known', args: { scanned: code(scan) } });
    const inBin = bin?.rows.find(
      (row) =>
        row.itemId === match.id || row.lotId === match.id || row.serialId === match.id || row.itemId === match.item,
    );
    if (inBin && match.kind !== 'bin') return take(inBin);
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
  useScan((scan) => (hand ? putDown(scan, hand) : pickUp(scan)).catch(tellWhy));

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
                  <div class="note">
                    {[row.lot, row.serial, row.handlingUnit].filter(Boolean).join(' · ') || row.sku}
                  </div>
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
      <Button kind="go" id="confirm" disabled={Number(value) <= 0} onClick={() => take(value.replace(/\.$/, ''))}>
        {t('ok')}
      </Button>
    </Screen>
  );
}
