import './css';
import { render } from 'preact';
import { allowOwnScripts } from './trusted';
import { App } from './app';
import { language, speak } from './i18n';
import { dress, settings } from './kit/settings';
import { unlockSound } from './kit/sound';
import { tell } from './kit/feedback';
import { keepSending } from './outbox';
import { isNotStored } from './outbox/full';
import { bus } from './scan/bus';
import { LONGEST } from './scan/scan';
import { hearLabels } from './scan/site';
import { installSources } from './scan/sources';
import { keepIdentity } from './session/identity';
import { lockWhenIdle, renew, signedIn, touched } from './session/session';
import { reachable } from './api/client';
import { keepShell } from './update';
import { painted, pause } from './pause';

allowOwnScripts();
dress(document.documentElement);
const words = settings.value.language === 'en' ? null : speak(settings.value.language).catch(() => undefined);
// A slow device gets a moment for touches and scans between the stages of a first start: loading, drawing, everything else.
// Whoever is at work already waits for one picture only: theirs.
if (!signedIn.peek()) await pause();
// English can be shown before all of it is here.
await words;
// A person who signs in brings a language along.
settings.subscribe(({ language: wanted }) => void (wanted !== language() && speak(wanted).catch(() => undefined)));

bus.onRefused = (why, raw) => {
  if (why === 'too_long')
    tell({
      kind: 'wrong',
      head: { key: 'scan_too_long' },
      lines: [{ key: 'scan_too_long_more', args: { n: raw.length, most: LONGEST } }],
    });
  else if (why === 'doubled')
    tell({ kind: 'wrong', head: { key: 'scan_doubled' }, lines: [{ key: 'scan_doubled_more' }] });
  else if (why === 'too_many')
    tell({ kind: 'wrong', head: { key: 'scan_too_many' }, lines: [{ key: 'scan_too_many_more' }] });
  else if (why === 'other_label')
    tell({ kind: 'wrong', head: { key: 'scan_other_label' }, lines: [{ key: 'scan_other_label_more' }] });
};
const notStored = (): void => tell({ kind: 'wrong', head: { key: 'not_saved' }, lines: [{ key: 'not_saved_more' }] });
bus.onFailed = (error) =>
  isNotStored(error)
    ? notStored()
    : tell({ kind: 'wrong', head: { key: 'unexpected' }, lines: [{ key: 'unexpected_more' }] });
// A tap whose screen does not say so itself must not look as if it had been booked.
addEventListener('unhandledrejection', ({ reason }) => isNotStored(reason) && notStored());

addEventListener(
  'pointerdown',
  () => {
    unlockSound();
    touched();
  },
  { capture: true, passive: true },
);
addEventListener(
  'keydown',
  () => {
    // Waking the sound takes long enough to tear a scan in two; it can wait for the end of the code.
    setTimeout(unlockSound, 500);
    touched();
  },
  { capture: true, passive: true },
);
setInterval(() => lockWhenIdle(() => reachable.value), 10_000);

render(<App />, document.getElementById('app') as HTMLElement);
installSources();
const recalled = keepIdentity().catch(() => undefined);
await painted();
await recalled;
keepSending();
void renew().then(hearLabels);
signedIn.subscribe((is) => is && void hearLabels());
await pause();
if (language() === 'en') void speak('en').catch(() => undefined);
void keepShell();
void import('./floor/known/store').then(({ keepKnown }) => keepKnown());
void import('./session/health').then(({ keepTelling }) => keepTelling());
