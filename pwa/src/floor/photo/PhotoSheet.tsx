import './photo.css';
import { useState } from 'preact/hooks';
import { readPhoto } from './reading';
import type { Mark, Sheet } from './marks';
import { w } from './words';

/** The device's own camera app takes the photo: it has the best lens, light and focus. After the first, another is one way on. */
export function TakePhoto({
  first,
  expected,
  taken,
}: {
  first: boolean;
  expected: readonly string[];
  taken: (sheet: Sheet) => void;
}) {
  const [busy, setBusy] = useState(false);
  const [part, setPart] = useState(0);
  const [failed, setFailed] = useState(false);
  const chosen = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    input.value = '';
    if (!file) return;
    setBusy(true);
    setFailed(false);
    setPart(0);
    await readPhoto(file, expected, setPart).then(taken, () => setFailed(true));
    setBusy(false);
  };
  return (
    <>
      {failed && (
        <p class="card stop" role="alert">
          ✕ {w('not_picture')}
        </p>
      )}
      <label class={`btn ${first ? 'go' : ''} ${busy ? 'busy' : ''}`} data-testid="take-photo">
        {busy ? progress(part) : w(first ? 'take' : 'again')}
        <input
          class="unseen"
          type="file"
          accept="image/*"
          capture="environment"
          disabled={busy}
          onChange={(event) => void chosen(event.currentTarget)}
        />
      </label>
    </>
  );
}

/** What is said while a photo is read: how much is done, once anybody knows. */
const progress = (part: number): string => (part > 0 ? w('reading_part', { n: Math.round(part * 100) }) : w('reading'));

export type Tone = 'ok' | 'ask' | 'stop' | 'off';
const SIGNS: Readonly<Record<Tone, string>> = { ok: '✓', ask: '△', stop: '✕', off: '–' };

/** The photo with every code found drawn on it; a tap on one chooses it. */
export function PhotoSheet({
  sheet,
  tone,
  tap,
}: {
  sheet: Sheet;
  tone: (mark: Mark) => Tone;
  tap: (mark: Mark) => void;
}) {
  const size = Math.max(sheet.width, sheet.height);
  return (
    <figure class="photosheet" style={{ aspectRatio: `${sheet.width} / ${sheet.height}` }}>
      <img src={sheet.url} alt="" />
      <svg
        viewBox={`0 0 ${sheet.width} ${sheet.height}`}
        role="group"
        aria-label={w('found_n', { n: sheet.marks.length })}
      >
        {sheet.marks.map((mark, place) => {
          if (mark.corners.length === 0) return null;
          const [x, y] = [0, 1].map(
            (axis) => mark.corners.reduce((sum, one) => sum + one[axis as 0 | 1], 0) / mark.corners.length,
          );
          return (
            <g
              key={place}
              class={`mark ${tone(mark)}`}
              role="button"
              tabIndex={0}
              aria-label={mark.text}
              data-testid="mark"
              onClick={() => tap(mark)}
              onKeyDown={(event) => event.key === 'Enter' && tap(mark)}
            >
              <circle class="reach" cx={x} cy={y} r={size / 22} />
              <polygon points={mark.corners.map((one) => one.join(',')).join(' ')} stroke-width={size / 300} />
              <circle class="sign" cx={x} cy={y} r={size / 55} />
              <text x={x} y={y} font-size={size / 40}>
                {SIGNS[tone(mark)]}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

/** How much was read, and by whom when that matters. */
export function Account({ sheets }: { sheets: readonly Sheet[] }) {
  const marks = sheets.flatMap((sheet) => sheet.marks);
  const doubtful = marks.filter((mark) => !mark.sure).length;
  return (
    <>
      <p class="note" data-testid="photo-found">
        {marks.length === 0 ? w('none_read') : w('found_n', { n: marks.length - doubtful })}
        {doubtful > 0 && ` · ${w('doubt_n', { n: doubtful })}`}
      </p>
      {sheets.some((sheet) => sheet.by === 'device') && <p class="card tight ask">△ {w('on_device')}</p>}
    </>
  );
}
