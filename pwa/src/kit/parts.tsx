import type { ComponentChildren } from 'preact';
import { t } from '../i18n';
import { Back, Bars } from './shapes';
import { QueueState } from './QueueState';
import { binSize, splitBin } from './bin';

/** A whole screen: bar with a way back, the queue's state always in sight, the content, and the buttons at the thumb. */
export function Screen(props: {
  title: string;
  back?: string | (() => void) | undefined;
  children: ComponentChildren;
  acts?: ComponentChildren;
  under?: ComponentChildren;
  stack?: boolean;
}) {
  const sign = (
    <>
      <Back />
      <span class="unseen">{t('back')}</span>
    </>
  );
  return (
    <div class="screen">
      <header class="bar">
        {typeof props.back === 'string' && (
          <a class="back" href={props.back}>
            {sign}
          </a>
        )}
        {typeof props.back === 'function' && (
          <button type="button" class="back" onClick={props.back}>
            {sign}
          </button>
        )}
        <h1>{props.title}</h1>
        <QueueState />
      </header>
      {props.under}
      <main>{props.children}</main>
      {props.acts && (
        <nav class={props.stack ? 'acts stack' : 'acts'} aria-label={t('actions')}>
          {props.acts}
        </nav>
      )}
    </div>
  );
}

/** The code of a bin, as large as the screen allows, each part with its name under it. */
export function BinCode({ code }: { code: string }) {
  const parts = splitBin(code);
  return (
    <div class={`bin ${binSize(code)}`} role="img" aria-label={code} data-testid="bin-code">
      {parts.map((part, place) => (
        <>
          {place > 0 && (
            <span class="dash" aria-hidden="true">
              -
            </span>
          )}
          <span class="part">
            {part.text}
            {part.name !== 'part' && <small>{t(part.name)}</small>}
          </span>
        </>
      ))}
    </div>
  );
}

/** A sentence whose codes ("F-06-3-A") stay in one piece where a line breaks. */
export const unbroken = (text: string): ComponentChildren =>
  text.split(/([A-Z0-9]+(?:-[A-Z0-9]+)+)/).map((part, n) => (n % 2 ? <span class="whole">{part}</span> : part));

/** What to scan now; the one line a person looks for. */
export function Prompt({ children, waiting = 0 }: { children: ComponentChildren; waiting?: number }) {
  return (
    <div class="prompt" data-testid="prompt">
      <Bars />
      <span>{typeof children === 'string' ? unbroken(children) : children}</span>
      {waiting > 0 && (
        <span class="chip waiting" data-testid="scans-waiting">
          {t('scans_waiting', { n: waiting })}
        </span>
      )}
    </div>
  );
}

export function Button(props: {
  onClick: () => void;
  children: ComponentChildren;
  kind?: 'go' | 'bad' | 'on' | '';
  disabled?: boolean;
  id?: string;
  pressed?: boolean;
}) {
  return (
    <button
      type="button"
      class={`btn ${props.kind ?? ''}`}
      onClick={props.onClick}
      disabled={props.disabled}
      data-testid={props.id}
      aria-pressed={props.pressed}
    >
      {props.children}
    </button>
  );
}
