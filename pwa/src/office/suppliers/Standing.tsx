import { term } from './words';

const TONES: Readonly<Record<string, string>> = {
  waiting: 'ask',
  open: 'ask',
  countered: 'stop',
  cancelled: 'stop',
  agreed: 'ok',
  shipping: 'ok',
  part_shipped: 'ok',
  shipped: 'ok',
};
const SIGNS: Readonly<Record<string, string>> = { ask: '△', ok: '✓', stop: '✕' };

/** How an order or a line stands, by word, sign and colour. */
export function Standing({ of, state }: { of: 'state' | 'line'; state: string }) {
  const tone = TONES[state] ?? '';
  return (
    <span class={`chip ${tone}`}>
      {SIGNS[tone] ?? '…'} {term(of, state)}
    </span>
  );
}
