import { useState } from 'preact/hooks';
import { number, term } from '../../i18n';
import type { CountDocument } from '../../api/types';
import type { Decimal } from '../../kit/decimal';
import { Button, Screen } from '../../kit/parts';
import { linesOf } from '../count/counting';
import { Account, PhotoSheet, TakePhoto } from './PhotoSheet';
import type { Mark, Sheet } from './marks';
import { tally } from './tally';
import { w } from './words';

/** One photo of a shelf: its labels counted line by line, each one tapped in or out, for the person to take over. */
export default function ShelfPhoto({
  doc,
  use,
  leave,
}: {
  doc: CountDocument;
  use: (counted: Readonly<Record<number, Decimal>>) => void;
  leave: () => void;
}) {
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [out, setOut] = useState<ReadonlySet<Mark>>(new Set());
  const lines = linesOf(doc);
  const taken = (made: Sheet): void => {
    if (sheet) URL.revokeObjectURL(sheet.url);
    setSheet(made);
    setOut(new Set());
  };
  const flip = (mark: Mark): void => {
    const next = new Set(out);
    if (!next.delete(mark)) next.add(mark);
    setOut(next);
  };
  const codes = [...doc.gtins, ...lines.flatMap((line) => [line.lotCode, line.serialCode, line.handlingUnitCode])];
  const expected = codes
    .filter((code): code is string => code !== null)
    .map((code) => (/^\d{18}$/.test(code) ? `00${code}` : code));
  const found =
    sheet &&
    tally(
      doc,
      sheet.marks.filter((mark) => !out.has(mark)),
    );
  const strange = new Set(found?.rest.map((one) => one.mark.text));
  const isEmpty = !found || found.parts.length === 0;
  return (
    <Screen
      title={w('by_photo')}
      back={leave}
      acts={
        sheet && (
          <Button kind="go" id="use-photo" disabled={isEmpty} onClick={() => found && use(found.counted)}>
            {isEmpty ? w('nothing_to_use') : w('use')}
          </Button>
        )
      }
    >
      {!sheet && <p class="note">{w('how_shelf')}</p>}
      <TakePhoto first={!sheet} expected={expected} taken={taken} />
      {sheet && found && (
        <>
          <Account sheets={[sheet]} />
          <PhotoSheet
            sheet={sheet}
            tone={(mark) => (out.has(mark) ? 'off' : !mark.sure ? 'ask' : strange.has(mark.text) ? 'stop' : 'ok')}
            tap={flip}
          />
          <ul class="list">
            {found.parts.map((part, place) => (
              <li class="card row" key={`p${place}`} data-testid="photo-part">
                <div class="grow">
                  <b>{lines[part.place]?.lotCode ?? lines[part.place]?.serialCode ?? doc.name}</b>
                  <div class="note">{w('count_n', { n: number(String(part.count)), each: number(part.each) })}</div>
                </div>
                <span class="chip ok">
                  ✓ {number(found.counted[part.place] ?? '0')} {term(doc.unit)}
                </span>
              </li>
            ))}
            {found.rest.map(({ mark, why }, place) => (
              <li class="card row ask" key={`r${place}`}>
                <div class="grow">
                  <b>{mark.text}</b>
                  <div class="note">△ {w(why)}</div>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Screen>
  );
}
