import { LONGEST } from './scan';

/** Silence that ends injected text which brings no Enter, in ms. */
export const QUIET_MS = 50;

/**
 * Keeps a 1×1 px text field focused so that text injected by a scanner's input method has somewhere to land. It must be
 * `type=text`, visible to the browser and not read-only, or the injection gets nothing. Focus is taken once and after a
 * blur, never on a render inside a tap: then the browser would ignore `inputmode=none` and raise the keyboard.
 */
export function installSink(host: HTMLElement, take: (text: string, at: number) => void): () => void {
  const sink = document.createElement('input');
  sink.type = 'text';
  sink.inputMode = 'none';
  sink.autocomplete = 'off';
  sink.spellcheck = false;
  sink.tabIndex = -1;
  sink.className = 'sink';
  sink.setAttribute('aria-hidden', 'true');
  sink.setAttribute('data-scan-sink', '');
  host.append(sink);

  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (at: number): void => {
    clearTimeout(timer);
    const text = sink.value;
    sink.value = '';
    if (text.trim()) take(text.slice(0, LONGEST + 1), at);
  };
  const onInput = (event: Event): void => {
    clearTimeout(timer);
    if (/[\r\n\t]$/.test(sink.value)) flush(event.timeStamp);
    else timer = setTimeout(() => flush(performance.now()), QUIET_MS);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && sink.value) flush(event.timeStamp);
  };
  const focus = (): void => {
    const now = document.activeElement;
    if (document.visibilityState === 'visible' && (now === null || now === document.body))
      sink.focus({ preventScroll: true });
  };
  // A blur tells where focus went only afterwards; a field or button that a person reached keeps it.
  const later = (): void => void setTimeout(focus, 60);
  sink.addEventListener('input', onInput);
  sink.addEventListener('keydown', onKey);
  document.addEventListener('focusout', later);
  document.addEventListener('visibilitychange', later);
  focus(); // the layout it needs is that of the first picture, which comes next
  return () => {
    clearTimeout(timer);
    document.removeEventListener('focusout', later);
    document.removeEventListener('visibilitychange', later);
    sink.remove();
  };
}
