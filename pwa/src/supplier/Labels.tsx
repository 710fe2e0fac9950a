import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { file } from './api';
import { mishap } from './store';
import type { Advice } from './shapes';
import { amount, day, t } from './words';

/** A dispatch with its labels. The file is fetched with the link's token, so its address alone opens nothing. */
export function Labels({ advice }: { advice: Advice }) {
  const packs = advice.lines.reduce((sum, line) => sum + line.packs.length, 0);
  const url = useSignal('');
  useEffect(() => () => URL.revokeObjectURL(url.value), []);
  const print = async (): Promise<void> => {
    try {
      const blob = await file(`/advices/${advice.id}/labels.pdf`);
      url.value = URL.createObjectURL(blob);
      const link = document.createElement('a');
      link.href = url.value;
      link.download = `${advice.number}.pdf`;
      link.click();
    } catch (error) {
      mishap(error);
    }
  };
  return (
    <section class="card lead dispatch" data-testid={`advice-${advice.number}`}>
      <div class="row spread wrap">
        <b>{t('dispatch', { number: advice.number })}</b>
        <span class="chip ok">✓ {t('shipped_on', { day: day(advice.shipsOn) })}</span>
      </div>
      <ul>
        {advice.lines.map((line) => (
          <li key={`${line.line}-${line.lot ?? ''}`}>
            <b class="mono">{line.sku}</b> {amount(line.quantity, line.unit)}
            {line.lot && ` · ${t('lot')} ${line.lot}`}
            {line.expiresOn && ` · ${t('expires_on')} ${day(line.expiresOn)}`}
            <ol class="sscc">
              {line.packs.map((pack) => (
                <li key={pack.sscc} class="mono">
                  {pack.sscc} <span class="note">{amount(pack.quantity, line.unit)}</span>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
      {packs > 0 && (
        <>
          <button type="button" class="btn go" onClick={() => void print()} data-testid={`labels-${advice.number}`}>
            {t('labels_n', { n: packs })}
          </button>
          <p class="note">{t('stick_on')}</p>
        </>
      )}
    </section>
  );
}
