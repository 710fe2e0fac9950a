import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { number, term as unitTerm } from '../../i18n';
import { tell } from '../../kit/feedback';
import { settings } from '../../kit/settings';
import { signal as sound } from '../../kit/sound';
import { useScan } from '../../scan/useScan';
import { tellWhy } from '../signin/SignIn';
import type { NcrDocument } from './types';
import { sending, sendingOf, type Sending } from './sending';
import { said, w } from './words';

type Lying = NcrDocument['lying'][number];
const nameOf = (one: Lying): string => one.unit ?? one.place;

/** Goods on their way back to a supplier: where they lie, each place scanned or tapped when they are taken, who carries them, and off. */
export function Return({
  report,
  quantity,
  again,
  print,
}: {
  report: NcrDocument;
  quantity: string;
  again: () => void;
  print: () => void;
}) {
  const { taken, carrier, reference } = sendingOf(report.id);
  const change = (part: Partial<Sending>): void => {
    sending.value = { ...sending.value, [report.id]: { ...sendingOf(report.id), ...part } };
  };
  const take = (code: string): void => change({ taken: [...new Set([...sendingOf(report.id).taken, code])] });
  useScan((scan) => {
    const code = scan.gs1?.sscc ?? scan.text.trim().toUpperCase();
    const found = report.lying.filter((one) => code === one.unit || code === one.place);
    if (found.length === 0) tell({ kind: 'wrong', head: said('return_not_here', { code }), lines: [] });
    else sound('right', settings.value.volume, settings.value.buzz);
    for (const one of found) take(nameOf(one));
  });
  const enough =
    report.lying.filter((one) => taken.includes(nameOf(one))).reduce((sum, one) => sum + Number(one.quantity), 0) >=
    Number(quantity);
  const leave = async (): Promise<void> => {
    const answers = {
      escape: '',
      owner: '',
      prevention: '',
      due: null,
      disposition: '',
      carrier: carrier.trim(),
      reference: reference.trim(),
    };
    try {
      await got(
        client.POST('/api/floor/quality/reports/step', {
          headers: key(),
          body: { ncr: report.id, event: 'execute', note: '', answers, disposition: 'return' },
        }),
      );
      again();
    } catch (error) {
      tellWhy(error);
    }
  };
  return (
    <section class="card report" data-testid="return">
      <h2>
        {w('return_n', {
          n: number(quantity),
          unit: unitTerm(report.unit),
          supplier: report.supplierName || report.supplier,
        })}
      </h2>
      <p class="note">{w('return_take')}</p>
      <ul class="list">
        {report.lying.map((one) => (
          <li key={`${one.place} ${one.unit ?? ''}`}>
            <button
              type="button"
              class={`card row spread ${taken.includes(nameOf(one)) ? 'ok' : 'ask'}`}
              aria-pressed={taken.includes(nameOf(one))}
              data-testid="lying"
              onClick={() => take(nameOf(one))}
            >
              <span>
                <b class="mono">{one.place}</b>
                {one.unit && <span class="note"> {one.unit}</span>}
              </span>
              <span>
                {taken.includes(nameOf(one)) ? '✓ ' : ''}
                {number(one.quantity)} {unitTerm(report.unit)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <label class="field">
        <span>{w('return_carrier')}</span>
        <input
          value={carrier}
          maxLength={100}
          data-testid="carrier"
          onInput={(event) => change({ carrier: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>{w('return_reference')}</span>
        <input
          value={reference}
          maxLength={100}
          onInput={(event) => change({ reference: event.currentTarget.value })}
        />
      </label>
      <div class="choices two">
        <button type="button" class="btn" onClick={print} data-testid="show-note">
          {w('return_note')}
        </button>
        <button
          type="button"
          class="btn go"
          disabled={!enough}
          onClick={() => void leave()}
          data-testid="execute-return"
        >
          {w('return_left')}
        </button>
      </div>
    </section>
  );
}
