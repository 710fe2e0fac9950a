import { useState } from 'preact/hooks';
import { day, number, t, term } from '../../i18n';
import { compare } from '../../kit/decimal';
import { DateInput } from '../../kit/DateInput';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Prompt, Screen } from '../../kit/parts';
import { PhotoButton } from '../pick/PhotoButton';
import { damage, open, type Dock, type Entry } from './dock';
import { keepPhoto } from './store';
import { w } from './words';

type Props = { dock: Dock; show: (dock: Dock) => void; confirm: (dock?: Dock) => void };
type Sheet = 'quantity' | 'damaged' | 'lot' | null;

/** What stands on the screen to be taken in: one thing, or the content of a pack. */
export function Entries({ dock, show, confirm }: Props) {
  const [sheet, setSheet] = useState<Sheet>(null);
  const [entry, ...others] = dock.entries;
  if (!entry) return null;
  const back = (): void => show({ ...dock, entries: [], asked: null });
  const change = (part: Partial<Entry>): Dock => ({ ...dock, entries: [{ ...entry, ...part }, ...others] });
  const put = (part: Partial<Entry>): void => show(change(part));
  const unit = term(entry.item.unit);
  if (sheet === 'quantity' || sheet === 'damaged')
    return (
      <HowMany
        entry={entry}
        damaged={sheet === 'damaged'}
        back={() => setSheet(null)}
        take={(part) => {
          setSheet(null);
          if (sheet === 'damaged') show(damage(dock, part.quantity ?? '0', part.reason ?? '', part.photo ?? null));
          else put(part);
        }}
      />
    );
  if (sheet === 'lot')
    return <LotSheet entry={entry} back={() => setSheet(null)} take={(part) => (setSheet(null), put(part))} />;
  const isExpired = entry.expires !== '' && entry.expires < new Date().toISOString().slice(0, 10);
  const acts = (
    <Button
      kind="go"
      id="take-in"
      onClick={() => confirm(isExpired && others.length === 0 ? change({ condition: 'expired' }) : undefined)}
    >
      {others.length > 0
        ? w('take_in_pack', { n: dock.entries.length })
        : isExpired
          ? w('expired_aside')
          : w('take_in', { n: number(entry.quantity), unit })}
    </Button>
  );
  return (
    <Screen title={w('receive')} back={back} acts={acts}>
      {dock.entries.map((one) => (
        <Card key={`${one.line} ${one.pack}`} dock={dock} entry={one} />
      ))}
      {others.length === 0 && (
        <>
          <div class="grid2">
            {entry.item.tracking !== 'serial' && (
              <Button id="quantity" onClick={() => setSheet('quantity')}>
                {w('quantity')}
              </Button>
            )}
            {entry.item.tracking === 'lot' && (
              <Button id="lot" onClick={() => setSheet('lot')}>
                {w('lot')}
              </Button>
            )}
            {entry.pack === null && (
              <Button
                id="unit"
                kind={entry.unit ? 'on' : ''}
                onClick={() => put({ unit: entry.unit ? null : (dock.spare[0] ?? null) })}
              >
                {entry.unit ? w('no_unit') : w('new_unit')}
              </Button>
            )}
            <Button
              id="damaged"
              kind={entry.condition === 'damaged' ? 'on' : 'bad'}
              onClick={() =>
                entry.item.tracking === 'serial'
                  ? put({ condition: entry.condition === 'damaged' ? 'good' : 'damaged' })
                  : setSheet('damaged')
              }
            >
              {w('damaged')}
            </Button>
          </div>
        </>
      )}
      <Prompt>
        {entry.item.tracking === 'serial'
          ? w('scan_serials')
          : entry.item.tracking === 'lot' && entry.lot === ''
            ? w('scan_lot')
            : entry.pack !== null || dock.asked === entry.scanned
              ? w('scan_again')
              : w('scan_counts')}
      </Prompt>
    </Screen>
  );
}

function Card({ dock, entry }: { dock: Dock; entry: Entry }) {
  const line = dock.doc.lines.find((one) => one.id === entry.line);
  const lots = new Set(line ? [line.lot, ...line.packs.map((pack) => pack.lot)].filter((lot) => lot !== null) : []);
  const isOther = entry.lot !== '' && lots.size > 0 && !lots.has(entry.lot);
  return (
    <div class="card" data-testid="entry">
      <div class="title">{entry.item.name}</div>
      {entry.condition !== 'good' && <span class="chip stop">✕ {w('damaged')}</span>}
      <div class="row">
        <span class="qty grow" data-testid="quantity-now">
          {number(entry.quantity)} <em>{term(entry.item.unit)}</em>
        </span>
        {line && <span class="chip">{w('still', { n: number(open(line)), unit: term(line.unit) })}</span>}
      </div>
      <div class="note">
        {[
          entry.item.sku,
          entry.lot && t('lot_code', { code: entry.lot }),
          entry.expires && t('use_by', { date: day(entry.expires) }),
          entry.unit && w('unit_is', { code: entry.unit }),
          entry.item.inspected && w('quality'),
        ]
          .filter(Boolean)
          .join(' · ')}
      </div>
      {entry.serials.length > 0 && <div class="note mono">{entry.serials.join(' · ')}</div>}
      {entry.expires !== '' && entry.expires < new Date().toISOString().slice(0, 10) && (
        <p class="card tight ask">△ {w('expired', { lot: entry.lot, date: day(entry.expires) })}</p>
      )}
      {isOther && (
        <p class="card tight ask">
          △ {w('other_lot', { scanned: entry.lot, expected: [...lots].join(', ') })} {w('other_lot_more')}
        </p>
      )}
      {line === undefined && dock.doc.id !== '' && (
        <p class="card tight ask">△ {w('wrong_item', { scanned: entry.item.sku })}</p>
      )}
    </div>
  );
}

/** How many, on our own keys; with damage also what is wrong and a photo of it. */
function HowMany(props: { entry: Entry; damaged: boolean; back: () => void; take: (part: Partial<Entry>) => void }) {
  const { entry, damaged } = props;
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const [photo, setPhoto] = useState<Blob | null>(null);
  const quantity = value.replace(/\.$/, '') || '0';
  const take = async (): Promise<void> => {
    if (compare(quantity, '0') <= 0) return;
    if (!damaged) return props.take({ quantity });
    const kept = photo ? await keepPhoto(photo) : null;
    props.take({ quantity, reason: reason.trim(), photo: kept });
  };
  return (
    <Screen
      title={damaged ? w('damaged_how') : w('quantity')}
      back={props.back}
      acts={
        <Button
          kind={damaged ? 'bad' : 'go'}
          id="confirm"
          disabled={compare(quantity, '0') <= 0}
          onClick={() => void take()}
        >
          {damaged ? w('set_aside', { n: number(quantity), unit: term(entry.item.unit) }) : t('ok')}
        </Button>
      }
    >
      {!damaged && <div class="note">{entry.item.name}</div>}
      <div class="read">
        <span class="qty" data-testid="number">
          {value === '' ? '–' : number(quantity)}
        </span>
        <span>{term(entry.item.unit)}</span>
      </div>
      {damaged && (
        <>
          <PhotoButton taken={photo !== null} take={setPhoto} />
          <label class="field">
            <input
              type="text"
              maxLength={200}
              placeholder={w('why')}
              aria-label={w('why')}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
        </>
      )}
      <NumberPad value={value} onChange={setValue} onEnter={() => void take()} decimals={!entry.item.whole} />
    </Screen>
  );
}

function LotSheet(props: { entry: Entry; back: () => void; take: (part: Partial<Entry>) => void }) {
  const [lot, setLot] = useState(props.entry.lot);
  const [expires, setExpires] = useState(props.entry.expires);
  return (
    <Screen
      title={w('lot')}
      back={props.back}
      acts={
        <Button
          kind="go"
          id="confirm"
          disabled={lot.trim() === ''}
          onClick={() => props.take({ lot: lot.trim(), expires })}
        >
          {t('ok')}
        </Button>
      }
    >
      <label class="field">
        <span>{w('lot')}</span>
        <input
          type="text"
          maxLength={64}
          value={lot}
          data-testid="lot-code"
          onInput={(event) => setLot(event.currentTarget.value)}
        />
      </label>
      {props.entry.item.expires && (
        <label class="field">
          <span>{w('expires')}</span>
          <DateInput
            said={expires && day(expires)}
            value={expires}
            data-testid="lot-date"
            onInput={(event) => setExpires(event.currentTarget.value)}
          />
        </label>
      )}
    </Screen>
  );
}
