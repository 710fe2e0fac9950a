import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { Prompt, Screen } from '../../kit/parts';
import { useScan } from '../../scan/useScan';
import { answerAnything } from '../home/anything';
import { Group } from './Groups';
import { Account, PhotoSheet, TakePhoto, type Tone } from './PhotoSheet';
import { identity, type Mark, type Sheet } from './marks';
import { awaited, check, type UnitContents } from './pallet';
import { w } from './words';

/** A pallet's labels against what it should hold: photos of its sides add up, and every difference has a name. */
export default function PalletCheck({ id }: { id?: string }) {
  const { route } = useLocation();
  useScan(async (scan) => {
    const unit = (await answerAnything(scan, [], 'handling_unit'))
      ?.map((one) => /\/look\/handling_unit\/([^/]+)/.exec(one.to)?.[1])
      .find(Boolean);
    if (unit) route(`/pallet/${unit}`);
  });
  return (
    <Screen title={w('pallet')} back="/">
      {id ? <Known key={id} id={id} /> : <Prompt>{w('scan_pallet')}</Prompt>}
    </Screen>
  );
}

function Known({ id }: { id: string }) {
  const { data, error } = useAnswer(
    () => got(client.GET('/api/floor/work/units/{unit}', { params: { path: { unit: id } } })),
    [id],
  );
  if (error && !data) return <p class="card ask">△ {w('not_here')}</p>;
  return data ? <Checked doc={data} /> : null;
}

function Checked({ doc }: { doc: UnitContents }) {
  const [sheets, setSheets] = useState<readonly Sheet[]>([]);
  const [named, setNamed] = useState<Mark | null>(null);
  const found = check(
    doc,
    sheets.flatMap((sheet) => sheet.marks),
  );
  const isRight = found.missing.length + found.unexpected.length + found.unread.length === 0;
  const toneOf = (mark: Mark): Tone => {
    if (!mark.sure) return 'ask';
    return check(doc, [mark]).unexpected.length > 0 ? 'stop' : 'ok';
  };
  return (
    <>
      <div class="card">
        <div class="title">{doc.code}</div>
        {doc.units.length + doc.goods.length === 0 && <p class="note">{w('nothing_expected')}</p>}
      </div>
      <TakePhoto first={sheets.length === 0} expected={awaited(doc)} taken={(sheet) => setSheets([...sheets, sheet])} />
      {sheets.length === 0 && <p class="note">{w('how_pallet')}</p>}
      {sheets.length > 0 && (
        <div class="check col" role="status">
          <Account sheets={sheets} />
          <h2 class={isRight ? 'chip ok' : 'chip stop'} data-testid="pallet-verdict">
            {isRight ? `✓ ${w('all_right')}` : `✕ ${w('differs')}`}
          </h2>
          {named && (
            <p class="card tight" data-testid="named-mark">
              {named.text} · {named.format}
            </p>
          )}
          {sheets.map((sheet) => (
            <PhotoSheet
              key={sheet.url}
              sheet={sheet}
              tone={toneOf}
              tap={(mark) => setNamed(named && identity(named) === identity(mark) ? null : mark)}
            />
          ))}
          {(['missing', 'unexpected', 'unread', 'present'] as const).map((kind) => (
            <Group key={kind} kind={kind} some={found[kind]} />
          ))}
        </div>
      )}
    </>
  );
}
