import { useEffect, useState } from 'preact/hooks';
import { lazy, Suspense } from '../../lazy';
import { number, t } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Prompt, Screen } from '../../kit/parts';
import { change, settings } from '../../kit/settings';
import { GS } from '../../scan/gs1';
import { shown, type Scan } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { judge, type Press, type Verdict } from './judge';
import { TestCodes } from './TestCodes';

const CameraPane = lazy(() => import('../../scan/CameraPane'));

/** Watches the raw keys while a person scans: what ends a scan, how fast it types, whether GS and the layout come through. */
function usePresses(): { presses: Press[]; clear: () => void } {
  const [presses, setPresses] = useState<Press[]>([]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { key = '', code, ctrlKey, timeStamp } = event;
      if (key === 'Shift' || key === 'Control') return;
      setPresses((before) => [...before.slice(-400), { key, code, ctrl: ctrlKey, at: timeStamp }]);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, []);
  return { presses, clear: () => setPresses([]) };
}

export default function ScannerTest() {
  const [scans, setScans] = useState<Scan[]>([]);
  const { presses, clear } = usePresses();
  const [camera, setCamera] = useState(false);
  const [speed, setSpeed] = useState<{ frames: number; ms: number; at: number } | null>(null);
  useScan((scan) => setScans((before) => [scan, ...before].slice(0, 5)));
  const verdict = judge(presses, scans);
  const save = (): void => {
    change({ scanner: { suffix: verdict.suffix ?? 'gap', gap: verdict.gap, swaps: verdict.swaps } });
    tell({ kind: 'right', head: { key: 'scanner_saved' } });
    setScans([]);
    clear();
  };
  return (
    <Screen
      title={t('test_scanner')}
      back="/settings"
      acts={
        <>
          <Button id="camera-button" pressed={camera} kind={camera ? 'on' : ''} onClick={() => setCamera(!camera)}>
            {t('camera')}
          </Button>
          <Button id="keep-profile" disabled={scans.length === 0} onClick={save}>
            {t('scanner_save')}
          </Button>
        </>
      }
    >
      {camera && (
        <Suspense>
          <CameraPane
            onClose={() => setCamera(false)}
            onFrames={(frames, ms) => setSpeed((before) => ({ frames, ms, at: before?.at ?? performance.now() - 500 }))}
          />
        </Suspense>
      )}
      {camera && speed && speed.frames > 0 && (
        <p class="note" data-testid="camera-speed">
          {t('frames_s', {
            n: number(Math.round((speed.frames * 1000) / Math.max(1, performance.now() - speed.at))),
            ms: number(Math.round(speed.ms)),
          })}
        </p>
      )}
      <Seen scans={scans} />
      <Findings verdict={verdict} />
      <TestCodes />
      <p class="note">
        {t('scanner_gap_set')}: {t('ms', { n: settings.value.scanner.gap })}
      </p>
      <Prompt>{t('scanner_prompt')}</Prompt>
    </Screen>
  );
}

function Seen({ scans }: { scans: readonly Scan[] }) {
  const [last] = scans;
  if (!last) return null;
  const parsed = last.gs1
    ? Object.entries(last.gs1)
        .filter(([name, value]) => name !== 'others' && value !== undefined)
        .map(([name, value]) => `${name} ${String(value)}`)
    : last.gtin
      ? [`gtin ${last.gtin}`]
      : [];
  return (
    <dl class="facts card" data-testid="seen">
      <dt>{t('scanner_raw')}</dt>
      <dd class="mono">{shown(last.text, 60)}</dd>
      <dt>{t('scanner_source')}</dt>
      <dd>{t(`source_${last.source}`)}</dd>
      <dt>{t('scanner_symbology')}</dt>
      <dd>{last.symbology ?? t('scanner_none')}</dd>
      {parsed.length > 0 && (
        <>
          <dt>{t('scanner_parsed')}</dt>
          <dd>{parsed.join(', ')}</dd>
        </>
      )}
      <dt>{t('scanner_gs')}</dt>
      <dd>{scans.some((scan) => scan.text.includes(GS)) ? `✓ ${t('scanner_gs_yes')}` : t('scanner_gs_no')}</dd>
    </dl>
  );
}

function Findings({ verdict }: { verdict: Verdict }) {
  if (!verdict.seen) return null;
  const list = Object.entries(verdict.swaps)
    .map(([came, printed]) => `${came} → ${printed}`)
    .join('  ');
  return (
    <dl class="facts card" data-testid="findings">
      <dt>{t('scanner_suffix')}</dt>
      <dd>{verdict.suffix ?? t('scanner_suffix_none')}</dd>
      <dt>{t('scanner_speed')}</dt>
      <dd>{t('ms', { n: Math.round(verdict.slowest) })}</dd>
      <dt>{t('scanner_layout')}</dt>
      <dd>
        {verdict.layout === 'unknown'
          ? t('scanner_layout_ask')
          : verdict.layout === 'fits'
            ? `✓ ${t('scanner_layout_ok')}`
            : `△ ${t('scanner_layout_bad', { list })}`}
      </dd>
    </dl>
  );
}
