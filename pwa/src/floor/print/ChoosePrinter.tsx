import { useEffect, useRef } from 'preact/hooks';
import { useAnswer } from '../../api/useAnswer';
import { t } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Prompt } from '../../kit/parts';
import { Back } from '../../kit/shapes';
import { shown } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { tellWhy } from '../signin/why';
import { choose, chosen, printers, type Printer } from './store';
import { said, term, w } from './words';

/** The printers of the site: one is chosen by scanning the label on it, or by a tap, and stays with the device. */
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
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const take = (printer: Printer): void => {
    choose(printer.id);
    pick(printer);
  };
  useScan(async (scan) => {
    // A scan may be quicker than the list.
    const found = (data ?? (await printers().catch(tellWhy)))?.find((one) => one.code === scan.text.trim());
    if (!found)
      return tell({
        kind: 'wrong',
        head: said('not_a_printer'),
        lines: [{ key: 'a_code', args: { code: shown(scan.text) } }],
      });
    tell({ kind: 'right', head: said('printer_is', { printer: found.code }) });
    take(found);
  });
  return (
    <div class="choosing" role="dialog" aria-modal="true" aria-labelledby="choose-printer" data-testid="choose-printer">
      <div class="bar">
        <button type="button" class="back" onClick={back}>
          <Back />
          <span class="unseen">{t('back')}</span>
        </button>
        <h2 id="choose-printer" class="grow" tabIndex={-1} ref={head}>
          {w('choose')}
        </h2>
      </div>
      <div class="col">
        {data?.map((one) => (
          <PrinterButton key={one.id} printer={one} onClick={() => take(one)} />
        ))}
        <Button id="as-pdf" onClick={pdf}>
          {w('as_pdf')}
        </Button>
        <Prompt>{w('choose_scan')}</Prompt>
      </div>
    </div>
  );
}

/** A printer to tap, pressed when it is this device's. */
export function PrinterButton({ printer, onClick }: { printer: Printer; onClick: () => void }) {
  const isMine = printer.id === chosen.value;
  return (
    <button
      type="button"
      class={`btn printer ${isMine ? 'on' : ''}`}
      aria-pressed={isMine}
      data-testid={`printer-${printer.code}`}
      onClick={onClick}
    >
      <b>{isMine ? `${printer.code} · ${w('chosen')}` : printer.code}</b>
      <span>{printer.name}</span>
      {printer.fault && <span class="note">△ {term('fault', printer.fault)}</span>}
    </button>
  );
}
