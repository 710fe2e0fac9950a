import { lazy, Suspense } from '../../lazy';
import { useState } from 'preact/hooks';
import { t } from '../../i18n';
import { Screen } from '../../kit/parts';
import { useScan } from '../../scan/useScan';
import { person } from '../../session/session';
import { Progress, Undo } from './pieces';
import { AtBin, AtDrop, AtItem, AtPlace, AtPut, AtTotes, NewTote } from './steps';
import { lineOf, progress } from './lines';
import { Done, Zero } from './ends';
import { Sheets, type Sheet } from './Sheets';
import { notYours, TakenOver } from './TakenOver';
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

/** Sheets with a number or a reason half given: a scan must not book behind them what they are about to change. */
const FILLED_IN: ReadonlySet<Sheet> = new Set(['quantity', 'short', 'damaged', 'leave']);

/** The step at hand, its progress above, its buttons below; a sheet or the camera in its place when asked for. */
export function RoundView({ round }: { round: RoundStore }) {
  const [opened, setOpened] = useState<{ sheet: Sheet; line: string | null } | null>(null);
  const [camera, setCamera] = useState(false);
  const state = round.state.value;
  // A round planned anew under an open sheet must not let what is typed there count for another line.
  const isAbout = opened && lineOf(state)?.id === opened.line;
  const sheet = opened && (isAbout || !NEEDS_LINE.has(opened.sheet)) ? opened.sheet : null;
  const setSheet = (next: Sheet): void => setOpened({ sheet: next, line: state.line });
  const { done, of } = progress(state.round);
  const close = (): void => setOpened(null);
  // Off line it may be another's by now without our knowing: then it goes on, and the books settle it.
  const isMine = state.round.person === null || state.round.person === person.value?.id;
  useScan((scan) => {
    if (!isMine) return notYours(state.round.personName);
    if (sheet && FILLED_IN.has(sheet)) return round.dispatch({ is: 'untimely', scan });
    close(); // a list that was only looked at makes way for the step it was opened from
    return round.dispatch({ is: 'scan', scan });
  });
  if (!isMine) return <TakenOver round={round} />;
  if (sheet) return <Sheets round={round} sheet={sheet} open={setSheet} close={close} />;
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
