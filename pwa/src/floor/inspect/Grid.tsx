import { useEffect, useRef } from 'preact/hooks';
import { number } from '../../i18n';
import { cellKey, type Picture } from './judge';
import { samplesOf, type At } from './state';
import type { Feature, LotDocument } from './types';
import { inOwn, w } from './words';

export function limitsOf(feature: Feature): string {
  if (feature.kind === 'attribute') return w('yes_no');
  const unit = feature.unit ? ` ${feature.unit}` : '';
  const [low, high] = [feature.lsl ?? null, feature.usl ?? null];
  if (feature.kind === 'count' || low === null) return w('at_most', { n: number(high ?? '0') }) + unit;
  if (high === null) return w('at_least', { n: number(low) }) + unit;
  return w('limits', { low: number(low), high: number(high) }) + unit;
}

/** Features down, samples across. A cell tells by sign, colour and value; the one in hand is framed. */
export function Grid({
  doc,
  shown,
  at,
  choose,
}: {
  doc: LotDocument;
  shown: Picture;
  at: At;
  choose: (at: At) => void;
}) {
  const most = Math.max(...doc.classes.map((one) => one.n));
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Only the box scrolls, never the page: the keys stay where the thumb is.
    const cell = box.current?.querySelector<HTMLElement>('.cell.on')?.parentElement;
    if (!box.current || !cell) return;
    const name = cell.parentElement?.firstElementChild?.clientWidth ?? 0;
    box.current.scrollLeft = cell.offsetLeft - (box.current.clientWidth + name - cell.clientWidth) / 2;
    box.current.scrollTop = cell.offsetTop - (box.current.clientHeight - cell.clientHeight) / 2;
  }, [at.feature, at.sample]);
  return (
    <div class="gridbox" ref={box} tabIndex={0} aria-label={w('list')}>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">{w('feature')}</th>
            {Array.from({ length: most }, (_, place) => (
              <th scope="col" key={place}>
                {place + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {doc.characteristics.map((one) => (
            <tr key={one.number} class={one.number === at.feature ? 'now' : ''}>
              <th scope="row">
                <div class="featurename">
                  <i class="number">{one.number}</i>
                  <span>
                    <b>{inOwn(one.name)}</b>
                    <small>{limitsOf(one)}</small>
                  </span>
                </div>
              </th>
              {Array.from({ length: most }, (_, place) => {
                const sample = place + 1;
                if (sample > samplesOf(doc, one)) return <td key={sample} class="none" />;
                const cell = shown.cells.get(cellKey(one.number, sample));
                const kind = cell ? (cell.conforms ? 'good' : 'bad') : 'open';
                const isHere = at.feature === one.number && at.sample === sample;
                return (
                  <td key={sample}>
                    <button
                      type="button"
                      class={`cell ${kind} ${isHere ? 'on' : ''}`}
                      aria-label={`${inOwn(one.name)}, ${w('sample')} ${sample}: ${cell ? `${number(cell.reading.value)} ${w(cell.conforms ? 'conforms' : 'conforms_not')}` : w('empty')}`}
                      aria-current={isHere}
                      data-testid={`cell-${one.number}-${sample}`}
                      data-kind={kind}
                      onClick={() => choose({ feature: one.number, sample })}
                    >
                      {cell && <i>{cell.conforms ? '✓' : '✕'}</i>}
                      {cell && one.kind !== 'attribute' ? number(cell.reading.value) : ''}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
