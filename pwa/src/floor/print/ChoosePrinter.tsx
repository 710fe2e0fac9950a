import { useAnswer } from '../../api/useAnswer';
import { t } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Prompt } from '../../kit/parts';
import { shown } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { chosen, printers, type Printer } from './store';
import { said, term, w } from './words';

/** The printers of the site: one is chosen by scanning the label on it, or by a tap. */
export function ChoosePrinter({
  pick,
  pdf,
  back,
}: {
  pick: (printer: Printer) => void;
  pdf: () => void;
  back: () => void;
}) {
  const { data } = useAnswer(printers, [], 5000);
  useScan((scan) => {
    const found = data?.find((one) => one.code === scan.text.trim());
    if (found) pick(found);
    else
      tell({
        kind: 'wrong',
        head: said('not_a_printer'),
        lines: [{ key: 'a_code', args: { code: shown(scan.text) } }],
      });
  });
  return (
    <section class="card col" aria-label={w('choose')} data-testid="choose-printer">
      <h2>{w('choose')}</h2>
      {data?.map((one) => (
        <button
          type="button"
          class={`btn printer ${one.id === chosen.value ? 'on' : ''}`}
          key={one.id}
          data-testid={`printer-${one.code}`}
          onClick={() => pick(one)}
        >
          <b>{one.code}</b>
          <span>{one.name}</span>
          {one.fault && <span class="note">△ {term('fault', one.fault)}</span>}
        </button>
      ))}
      <div class="grid2">
        <Button id="as-pdf" onClick={pdf}>
          {w('as_pdf')}
        </Button>
        <Button id="choose-back" onClick={back}>
          {t('back')}
        </Button>
      </div>
      <Prompt>{w('choose_scan')}</Prompt>
    </section>
  );
}
