import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Back, Cross, Tick, Triangle } from '../kit/shapes';
import { choose, ended, refusal } from './store';
import { learnTitles } from './titles';
import { why } from './why';
import { isLanguage, language, LANGUAGES, t, type Key } from './words';

export function Page(props: {
  title: string;
  back?: (() => void) | undefined;
  children: ComponentChildren;
  foot?: ComponentChildren;
}) {
  return (
    <div class="screen supplier">
      <header class="bar">
        {props.back && (
          <button type="button" class="back" onClick={props.back}>
            <Back />
            <span class="unseen">{t('back')}</span>
          </button>
        )}
        <h1>{props.title}</h1>
        <Speech />
      </header>
      <main>
        <Refusal />
        {props.children}
      </main>
      {props.foot && <footer class="foot">{props.foot}</footer>}
    </div>
  );
}

function Speech() {
  return (
    <select
      class="speech"
      aria-label={t('language')}
      value={language()}
      onChange={(event) => isLanguage(event.currentTarget.value) && choose(event.currentTarget.value)}
    >
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** The server's no, in a card at the top, until something else is tried. */
function Refusal() {
  const told = refusal.value;
  const reader = language();
  useEffect(() => void (told && learnTitles(reader).catch(() => undefined)), [told, reader]);
  if (!told) return null;
  const line = told.facts?.['line'];
  return (
    <div class="card stop row top" role="alert" data-testid="refused">
      <span class="sign">
        <Cross />
      </span>
      <div class="grow">
        <b>{told.status === 429 ? t('slow_down') : told.status >= 500 ? t('unexpected') : t('not_taken')}</b>
        {told.status < 500 && told.status !== 429 && <p class="note">{why(told)}</p>}
        {typeof line === 'number' && <p class="note">{t('line_no', { n: line })}</p>}
      </div>
    </div>
  );
}

/** All a link that opens nothing shows. */
export function Ended() {
  const why = ended.value ?? 'unknown';
  return (
    <Page title="Gemba">
      <div class="shut" data-testid="ended">
        <Triangle />
        <h2>{t(`ended_${why}`)}</h2>
        <p>{t('ended_more')}</p>
      </div>
    </Page>
  );
}

export function Away() {
  return (
    <Page title="Gemba">
      <div class="shut" data-testid="away">
        <Triangle />
        <h2>{t('no_connection')}</h2>
        <p>{t('no_connection_more')}</p>
      </div>
    </Page>
  );
}

const TONES: Readonly<Record<string, string>> = {
  open: 'ask',
  sent: 'ask',
  viewed: 'ask',
  part_answered: 'ask',
  agreed: 'ok',
  shipping: 'ok',
  part_shipped: 'ok',
  shipped: 'ok',
  cancelled: 'stop',
  countered: 'stop',
};
const SIGNS: Readonly<Record<string, string>> = { ask: '●', ok: '✓', stop: '✕', '': '…' };

/** How an order or a line stands: word, sign and colour together. */
export function Standing({ of, state }: { of: 'state' | 'line'; state: string }) {
  const tone = TONES[state] ?? '';
  return (
    <span class={`chip ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]} </span>
      {t(`${of}_${state}` as Key)}
    </span>
  );
}

export function Done({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="received" role="status">
      <Tick />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
