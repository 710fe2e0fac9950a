import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { time } from '../../i18n';
import { may } from '../../session/session';
import { blocksOf, type Plan } from './plan';
import { Panel } from './parts';
import type { Board } from './types';
import { term, w } from './words';
import { useWish } from './Waves';

const REASONS = ['spill', 'damage', 'works', 'goods', 'inspection'] as const;

/** One aisle: which of its blocks are open, who is in whose way, and closing it with a reason. */
export function AislePanel({
  aisle,
  plan,
  board,
  touch,
}: {
  aisle: number;
  plan: Plan;
  board: Board;
  touch: () => void;
}) {
  const { send, told, isBusy } = useWish(touch);
  const [reason, setReason] = useState<string>(REASONS[0]);
  const [note, setNote] = useState('');
  const says = [term('shut', reason), note.trim()].filter(Boolean).join(': ');
  const close = (block: number | null): Promise<void> =>
    send((key) =>
      got(client.POST('/api/floor/picking/close-aisle', { headers: key, body: { aisle, block, reason: says } })),
    );
  const open = (block: number | null): Promise<void> =>
    send((key) => got(client.POST('/api/floor/picking/open-aisle', { headers: key, body: { aisle, block } })));
  const blocks = blocksOf(plan, aisle);
  const closed = board.closed.filter((one) => one.aisle === aisle);
  const crowded = board.crowded.filter((one) => one.aisle === aisle);
  return (
    <Panel id="aisle" title={w('aisle', { code: plan.aisles[aisle]?.code ?? String(aisle + 1) })}>
      {crowded.map((one) => (
        <p class="card ask" key={one.block}>
          △ {w('crowded_by', { n: one.people.length, names: one.people.join(', ') })}
        </p>
      ))}
      <ul class="list">
        {blocks.map((block) => {
          const shut = closed.find((one) => one.block === block);
          return (
            <li
              class={shut ? 'card stop' : 'card'}
              key={block}
              data-testid="aisleblock"
              data-closed={shut !== undefined}
            >
              <div class="row spread">
                <span class="grow">
                  <b>{blocks.length > 1 ? term('block', String(block)) : w('whole_aisle')}</b>
                  <br />
                  <span class="note">
                    {shut
                      ? `✕ ${w('closed_by', { why: shut.reason, name: shut.person, time: time(shut.since) })}`
                      : `✓ ${w('aisle_open')}`}
                  </span>
                </span>
                {may('supervisor') && (
                  <button
                    type="button"
                    class="btn"
                    disabled={isBusy}
                    data-testid={shut ? 'open-block' : 'close-block'}
                    onClick={() => void (shut ? open(block) : close(block))}
                  >
                    {shut ? w('open_again') : w('close_it')}
                  </button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {may('supervisor') && (
        <fieldset class="card release">
          <legend>{w('why_closed')}</legend>
          <div class="row wrap">
            <label class="field small">
              <span>{w('reason')}</span>
              <select value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
                {REASONS.map((one) => (
                  <option key={one} value={one}>
                    {term('shut', one)}
                  </option>
                ))}
              </select>
            </label>
            <label class="field grow">
              <span>{w('note_optional')}</span>
              <input type="text" maxLength={120} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
            </label>
          </div>
          {blocks.length > 1 && closed.length < blocks.length && (
            <button
              type="button"
              class="btn go"
              disabled={isBusy}
              data-testid="close-aisle"
              onClick={() => void close(null)}
            >
              {w('close_whole')}
            </button>
          )}
          {blocks.length > 1 && closed.length > 1 && (
            <button
              type="button"
              class="btn"
              disabled={isBusy}
              data-testid="open-aisle"
              onClick={() => void open(null)}
            >
              {w('open_whole')}
            </button>
          )}
          <p class="note">{w('close_explained')}</p>
        </fieldset>
      )}
      <p role="status">{told}</p>
    </Panel>
  );
}
