import { lazy, Suspense } from '../../lazy';
import { useState } from 'preact/hooks';
import { t } from '../../i18n';
import { Screen } from '../../kit/parts';
import { Progress, Undo } from './pieces';
import { AtBin, AtDrop, AtItem, AtPlace, AtPut, AtTotes, NewTote } from './steps';
import { lineOf, progress } from './lines';
import { Done, Zero } from './ends';
import { Sheets, type Sheet } from './Sheets';
import type { RoundStore } from './store';
import type { Step } from './state';

const CameraPane = lazy(() => import('../../scan/CameraPane'));

const VIEWS: Readonly<
  Record<Step, (props: { round: RoundStore; open: (sheet: Sheet) => void }) => preact.JSX.Element>
> = {
  totes: AtTotes,
  bin: AtBin,
  item: AtItem,
  put: AtPut,
  zero: Zero,
  newTote: NewTote,
  drop: AtDrop,
  place: AtPlace,
  done: Done,
};

/** Steps at a line, where short, damaged and the rest are one tap away. */
const AT_LINE: ReadonlySet<Step> = new Set(['bin', 'item', 'put']);

/** Sheets about the line at hand; without one they do not open. */
const NEEDS_LINE: ReadonlySet<Sheet> = new Set(['quantity', 'short', 'damaged', 'lot']);

/** The step at hand, its progress above, its buttons below; a sheet or the camera in its place when asked for. */
export function RoundView({ round }: { round: RoundStore }) {
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [camera, setCamera] = useState(false);
  const state = round.state.value;
  const { done, of } = progress(state.round);
  const close = (): void => setSheet(null);
  if (sheet && (lineOf(state) || !NEEDS_LINE.has(sheet)))
    return <Sheets round={round} sheet={sheet} open={setSheet} close={close} />;
  const View = VIEWS[state.step];
  const canScan = state.step !== 'zero' && state.step !== 'done';
  const acts = canScan && (
    <>
      <button
        type="button"
        class="btn"
        aria-pressed={camera}
        data-testid="camera-button"
        onClick={() => setCamera(!camera)}
      >
        {t('camera')}
      </button>
      {AT_LINE.has(state.step) && (
        <button type="button" class="btn" data-testid="short" onClick={() => setSheet('short')}>
          {t('short')}
        </button>
      )}
      <Undo round={round} />
      <button type="button" class="btn" data-testid="more" onClick={() => setSheet('more')}>
        {t('more')}
      </button>
    </>
  );
  const back =
    state.step === 'put' || state.step === 'item' || state.step === 'place' || state.step === 'newTote'
      ? () => void round.dispatch({ is: 'back' })
      : '/';
  return (
    <Screen
      title={`${t('round_n', { number: state.round.number })} · ${done}/${of}`}
      back={back}
      under={<Progress state={state} />}
      acts={acts || undefined}
    >
      {camera && canScan && (
        <Suspense>
          <CameraPane onClose={() => setCamera(false)} />
        </Suspense>
      )}
      <View round={round} open={setSheet} />
    </Screen>
  );
}
