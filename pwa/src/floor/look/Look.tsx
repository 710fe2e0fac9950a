import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import type { StockRow } from '../../api/types';
import { day, number, t, term } from '../../i18n';
import { Prompt, Screen } from '../../kit/parts';
import { useScan } from '../../scan/useScan';
import { PrintLabel } from '../print/PrintLabel';
import type { Named } from '../print/store';
import { answerAnything } from '../home/anything';
import { Choose, type Choice } from '../home/Choose';

const KINDS = ['bin', 'item', 'lot', 'serial', 'handling_unit'] as const;
type Kind = (typeof KINDS)[number];

/** What lies in a bin or unit, or where an item, lot or serial lies; the next scan opens the next thing. */
export default function Look({ kind, id }: { kind?: string; id?: string }) {
  const { route, query } = useLocation();
  const [choices, setChoices] = useState<Choice[] | null>(null);
  useScan(async (scan) => {
    const found = await answerAnything(scan, []);
    if (found?.length === 1 && found[0]) route(found[0].to);
    else if (found) setChoices(found);
  });
  if (choices) return <Choose choices={choices} close={() => setChoices(null)} />;
  const known = KINDS.find((one) => one === kind);
  return (
    <Screen title={t('look')} back="/">
      {known && id ? (
        <Contents by={known} of={id} code={query['code'] ?? ''} />
      ) : (
        <div class="shut">
          <p>{t('look_note')}</p>
        </div>
      )}
      <Prompt>{t('look_scan')}</Prompt>
    </Screen>
  );
}

function Contents({ by, of, code }: { by: Kind; of: string; code: string }) {
  const { data } = useAnswer(
    () => got(client.GET('/api/floor/work/stock/{by}/{of}', { params: { path: { by, of } } })),
    [by, of],
  );
  if (!data) return <p>{t('loading')}</p>;
  const [first] = data;
  const family = (by === 'lot' || by === 'serial') && (
    <a class="btn" href={`/family/${by}/${of}`} data-testid="family">
      {t('family')}
    </a>
  );
  if (!first)
    return (
      <>
        {code && <h2 data-testid="look-title">{code}</h2>}
        <div class="shut">
          <h2>{t('look_empty')}</h2>
          {family}
        </div>
        {by === 'bin' && code && <PrintLabel kind="place" code={code} />}
      </>
    );
  const title = {
    bin: first.place,
    handling_unit: first.handlingUnit ?? '',
    item: first.name,
    lot: first.lot ?? '',
    serial: first.serial ?? '',
  }[by];
  return (
    <>
      <h2 data-testid="look-title">{title}</h2>
      {by === 'handling_unit' && (
        <a class="btn" href={`/pallet/${of}`} data-testid="check-photo">
          {t('check_photo')}
        </a>
      )}
      {family}
      <PrintLabel {...label(by, first)} />
      <ul class="list">
        {data.map((row, place) => (
          <li class="card row" key={place}>
            <Row row={row} by={by} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** What the label of the thing looked at names. */
function label(by: Kind, row: StockRow): Named {
  if (by === 'bin') return { kind: 'place', code: row.place };
  if (by === 'handling_unit') return { kind: 'unit', code: row.handlingUnit ?? '' };
  if (by === 'item') return { kind: 'item', code: row.sku };
  return { kind: by, code: (by === 'lot' ? row.lot : row.serial) ?? '', item: row.sku };
}

function Row({ row, by }: { row: StockRow; by: Kind }) {
  const where = by === 'bin' || by === 'handling_unit' ? row.name : row.place;
  const facts = [
    by === 'bin' || by === 'handling_unit' ? row.sku : row.name,
    by !== 'lot' && row.lot && t('lot_code', { code: row.lot }),
    row.serial && t('serial_code', { code: row.serial }),
    by !== 'handling_unit' && row.handlingUnit && t('unit_code', { code: row.handlingUnit }),
    row.expiresOn && t('use_by', { date: day(row.expiresOn) }),
  ];
  return (
    <>
      <div class="grow">
        <b>{where}</b>
        <div class="note">{facts.filter(Boolean).join(' · ')}</div>
        {row.status !== 'free' && <span class="chip ask">△ {term(row.status)}</span>}
      </div>
      <div>
        <b>
          {number(row.quantity)} {term(row.unit)}
        </b>
        {Number(row.reserved) > 0 && <div class="note">{t('reserved_n', { n: number(row.reserved) })}</div>}
      </div>
    </>
  );
}
