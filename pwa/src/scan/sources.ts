import { settings } from '../kit/settings';
import { bus } from './bus';
import { installSink } from './ime';
import { isTyping, typed } from './typed';
import { Wedge } from './wedge';

/** Where no keys are expected from a person, a gap may be this many times longer: a busy page must not tear a scan. */
const PATIENCE = 3;

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.matches('input:not([data-scan-sink]), textarea, select') || target.isContentEditable);

/** Chromium knows whether input waits to be handled; other browsers do not say. */
const inputWaits = (): boolean =>
  (navigator as Navigator & { scheduling?: { isInputPending?(): boolean } }).scheduling?.isInputPending?.() ?? false;

/** Starts the two always-on sources: keys of a hardware wedge, and text injected by an input method. */
export function installSources(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wedge: Wedge = new Wedge(
    { scan: (text, at) => void bus.push(text, 'wedge', at), typed, awaitsKeys: isTyping },
    () => ({ ...settings.value.scanner, gap: settings.value.scanner.gap * (isTyping() ? 1 : PATIENCE) }),
    (ms) => {
      clearTimeout(timer);
      timer = setTimeout(silent, ms + 10, ms);
    },
  );
  const silent = (ms: number): void => {
    // Keys that wait behind a busy page were pressed before this moment: they come first.
    if (inputWaits()) timer = setTimeout(silent, ms, ms);
    else wedge.silence(performance.now());
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229 || event.metaKey || event.repeat || isField(event.target)) return;
    const part = wedge.press({ key: event.key, code: event.code, ctrl: event.ctrlKey, at: event.timeStamp });
    // Keys of a scan must not press buttons, scroll, or write into the sink as well.
    if (part) event.preventDefault();
  };
  window.addEventListener('keydown', onKey, { capture: true });
  const removeSink = installSink(document.body, (text, at) => {
    const { swaps } = settings.value.scanner;
    bus.push([...text].map((one) => swaps[one] ?? one).join(''), 'ime', at);
  });
  return () => {
    window.removeEventListener('keydown', onKey, { capture: true });
    removeSink();
  };
}
