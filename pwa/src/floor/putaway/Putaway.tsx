import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { ago, number, t, term as unitWord } from '../../i18n';
import { compare } from '../../kit/decimal';
import { tell } from '../../kit/feedback';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Prompt, Screen } from '../../kit/parts';
import { shown } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { tellWhy } from '../signin/SignIn';
import { loadOf, type Load, type Trip, type Waiting } from './going';
import { Going } from './Going';
import { inHand, propose, takeBack, type Last } from './store';
import { said, w } from './words';

/** Putaway: scan what stands at a dock, walk where it should go, scan the bin. */
export default function Putaway({ unit }: { unit?: string }) {
  const [trip, setTrip] = useState<Trip | null>(null);
  const [last, setLast] = useState<Last | null>(null);
  const { route } = useLocation();
  const [asking, setAsking] = useState(false);
  const go = (load: Load): Promise<void> => {
    setAsking(true);
    return propose(load)
      .then(setTrip, tellWhy)
      .finally(() => setAsking(false));
  };
  useEffect(() => {
    void inHand().then((kept) => {
      if (kept) setTrip(kept);
      else if (unit) void go({ handlingUnit: unit, quant: null, quantity: null });
    });
  }, [unit]);
  if (trip)
    return (
      <Going
        trip={trip}
        leave={(done) => {
          setTrip(null);
          setLast(done);
          if (unit) route('/putaway', true);
        }}
      />
    );
  if (asking)
    return (
      <Screen title={w('putaway')} back="/">
        <p>{w('asking')}</p>
      </Screen>
    );
  return <Docks go={go} last={last} forget={() => setLast(null)} />;
}

function Docks({ go, last, forget }: { go: (load: Load) => Promise<void>; last: Last | null; forget: () => void }) {
  const { data } = useAnswer(() => got(client.GET('/api/floor/putaway/waiting')));
  const [part, setPart] = useState<Waiting | null>(null);
  const take = (row: Waiting): void => {
    if (row.handlingUnit) void go({ handlingUnit: row.handlingUnit, quant: null, quantity: null });
    else setPart(row);
  };
  useScan((scan) => {
    const row = loadOf(data ?? [], scan);
    if (row) take(row);
    else
      tell({
        kind: 'wrong',
        head: said('not_a_load', { scanned: shown(scan.text) }),
        lines: [{ key: 'nothing_booked' }],
      });
  });
  if (part)
    return (
      <HowMany
        row={part}
        back={() => setPart(null)}
        take={(quantity) => void go({ handlingUnit: null, quant: part.quant, quantity })}
      />
    );
  return (
    <Screen title={w('putaway')} back="/">
      {last && (
        <div class="card tight row" data-testid="last">
          <div class="grow">
            <div class="note">{w('last')}</div>
            <b>{last.code}</b> → {last.place}
          </div>
          <Button
            id="undo"
            onClick={() => {
              forget();
              void takeBack(last.id).then(() => tell({ kind: 'right', head: said('put_back', { code: last.from }) }));
            }}
          >
            {w('undo')}
          </Button>
        </div>
      )}
      {data?.length === 0 && (
        <div class="shut">
          <h2>{w('none')}</h2>
        </div>
      )}
      <div class="stackbtns">
        {data?.map((row) => (
          <button
            type="button"
            class="card row"
            key={row.handlingUnit ?? row.quant}
            data-testid="load"
            data-code={row.code}
            onClick={() => take(row)}
          >
            <div class="grow">
              <b>{row.items > 1 ? w('things_n', { n: row.items }) : row.name}</b>
              <div class="note">
                {[
                  row.handlingUnit && row.code,
                  w('waits', {
                    place: row.placeCode.replaceAll('-', '\u2011'),
                    age: ago(Date.now() - Date.parse(row.since)),
                  }),
                  row.person && w('has_it', { name: row.person }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </div>
              {row.status === 'quality' && <span class="chip ask">△ {w('quality')}</span>}
              {row.status === 'blocked' && <span class="chip ask">✕ {w('blocked')}</span>}
            </div>
            <span class="chip">
              {number(row.quantity)} {unitWord(row.unit)}
            </span>
          </button>
        ))}
      </div>
      <Prompt>{w('scan_load')}</Prompt>
    </Screen>
  );
}

function HowMany({ row, back, take }: { row: Waiting; back: () => void; take: (quantity: string) => void }) {
  const [value, setValue] = useState('');
  const quantity = value.replace(/\.$/, '') || row.quantity;
  const isTooMuch = compare(quantity, row.quantity) > 0 || compare(quantity, '0') <= 0;
  return (
    <Screen
      title={row.name}
      back={back}
      acts={
        <Button kind="go" id="take" disabled={isTooMuch} onClick={() => take(quantity)}>
          {w('take_n', { n: number(quantity), unit: unitWord(row.unit) })}
        </Button>
      }
    >
      <div class="note">
        {w('how_many')} · {t('available_n', { n: number(row.quantity) })}
      </div>
      <div class="read">
        <span class="qty" data-testid="number">
          {number(quantity)}
        </span>
        <span>{unitWord(row.unit)}</span>
      </div>
      <NumberPad value={value} onChange={setValue} onEnter={() => !isTooMuch && take(quantity)} decimals={!row.whole} />
    </Screen>
  );
}
