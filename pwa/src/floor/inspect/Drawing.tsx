import { useMemo } from 'preact/hooks';
import type { Picture } from './judge';
import { cellKey } from './judge';
import { samplesOf } from './state';
import type { LotDocument } from './types';
import { inOwn } from './words';

const SIGNS = { open: '', good: '✓', bad: '✕' } as const;

/** How far one feature is: nothing wrong so far, something wrong, or all read and right. */
export function standing(doc: LotDocument, shown: Picture, number: number): keyof typeof SIGNS {
  const feature = doc.characteristics.find((one) => one.number === number);
  if (!feature) return 'open';
  let read = 0;
  const n = samplesOf(doc, feature);
  for (let sample = 1; sample <= n; sample++) {
    const cell = shown.cells.get(cellKey(number, sample));
    if (cell && !cell.conforms) return 'bad';
    read += cell ? 1 : 0;
  }
  return read === n ? 'good' : 'open';
}

/** The ballooned drawing: each balloon is a feature, the one in hand is filled; a tap takes it in hand. */
export function Drawing(props: { doc: LotDocument; shown: Picture; at: number; choose: (feature: number) => void }) {
  const { doc, shown } = props;
  const source = useMemo(() => `data:image/svg+xml;utf8,${encodeURIComponent(doc.drawing)}`, [doc.drawing]);
  return (
    <figure class="drawing">
      {doc.drawing && <img src={source} alt="" />}
      <svg viewBox="0 0 800 640" role="group">
        {doc.characteristics.map((one) => {
          const sign = standing(doc, shown, one.number);
          const [x, y] = [Number(one.x) * 800, Number(one.y) * 640];
          return (
            <g
              key={one.number}
              class={`balloon ${sign} ${props.at === one.number ? 'on' : ''}`}
              role="button"
              tabIndex={0}
              aria-label={`${one.number} ${inOwn(one.name)} ${SIGNS[sign]}`}
              data-testid={`balloon-${one.number}`}
              onClick={() => props.choose(one.number)}
              onKeyDown={(event) => event.key === 'Enter' && props.choose(one.number)}
            >
              <circle cx={x} cy={y} r="46" class="reach" />
              <circle cx={x} cy={y} r="25" />
              <text x={x} y={y}>
                {one.number}
              </text>
              {sign !== 'open' && (
                <g class="flag">
                  <circle cx={x + 21} cy={y - 21} r="14" />
                  <text x={x + 21} y={y - 21}>
                    {SIGNS[sign]}
                  </text>
                </g>
              )}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
