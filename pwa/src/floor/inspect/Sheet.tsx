import { useEffect, useState } from 'preact/hooks';
import { language } from '../../i18n';
import type { Language } from '../../kit/settings';
import { Screen } from '../../kit/parts';
import { Snapshot } from '../../kit/Snapshot';
import type { NcrDocument } from './types';
import { w } from './words';
import { Fact, spoken } from './paper';
import { ReturnNote } from './ReturnNote';
import { SHEET, type SheetKey } from './words/sheet';

const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', nl: 'Nederlands', zh: '中文' };

/** A report as paper, in the reader's language or the supplier's: in eight disciplines, or the note that goes with returned goods. */
export function Sheet({ report, of, back }: { report: NcrDocument; of: 'sheet' | 'return_note'; back: () => void }) {
  const theirs = report.language.slice(0, 2) as Language;
  const [lang, setLang] = useState<Language>(theirs in LANGUAGES ? theirs : language());
  useEffect(() => scrollTo(0, 0), []);
  return (
    <Screen
      title={w(of)}
      back={back}
      acts={
        <button type="button" class="btn go" onClick={() => print()} data-testid="print">
          {w('print')}
        </button>
      }
    >
      <div class="choices three noprint">
        {(Object.keys(LANGUAGES) as Language[]).map((one) => (
          <button
            type="button"
            key={one}
            class={`btn ${one === lang ? 'on' : ''}`}
            aria-pressed={one === lang}
            onClick={() => setLang(one)}
            data-testid={`sheet-${one}`}
          >
            {LANGUAGES[one]}
          </button>
        ))}
      </div>
      {of === 'sheet' ? <Paper report={report} lang={lang} /> : <ReturnNote report={report} lang={lang} />}
    </Screen>
  );
}

/** In eight disciplines; what is not answered yet is room to write. */
function Paper({ report, lang }: { report: NcrDocument; lang: Language }) {
  const { s, unit, n, at, day } = spoken(report, lang);
  const last = (event: string) => report.steps.filter((one) => one.event === event).at(-1);
  const [cause, action, done, ended] = [last('analyse'), last('propose'), last('verify'), last('close')];
  const approved = last('approve');
  const team = [
    ...new Set([report.personName, ...report.steps.map((one) => one.personName), action?.answers.owner ?? '']),
  ].filter(Boolean);
  const by = (step: { personName: string; at: string } | undefined): string =>
    step ? `${step.personName}, ${at(step.at)}` : '';
  return (
    <article class="paper8d" lang={lang} data-testid="paper">
      <header>
        <h2>
          {s('title')} {report.number}
        </h2>
        <span>{at(report.openedAt)}</span>
      </header>
      <dl class="facts8d">
        <Fact name={s('item')} says={`${report.sku} · ${report.name}`} />
        <Fact name={s('lot')} says={report.lot ?? '–'} />
        <Fact name={s('supplier')} says={report.supplierName || report.supplier || '–'} />
        <Fact name={s('order')} says={report.purchaseOrder ?? report.workOrder ?? '–'} />
        <Fact name={s('quantity')} says={`${n(report.quantity)} / ${n(report.lotQuantity)} ${unit}`} />
        <Fact name={s('inspection')} says={`${report.inspectionNumber} · ${report.plan}`} />
      </dl>
      <Part d="D1" title={s('d1')} lines={[team.join(', ')]} />
      <section>
        <h3>D2 · {s('d2')}</h3>
        {report.defects.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">{s('feature')}</th>
                <th scope="col">{s('limits')}</th>
                <th scope="col">{s('read')}</th>
                <th scope="col">{s('code')}</th>
              </tr>
            </thead>
            <tbody>
              {report.defects.map((one) => (
                <tr key={one.number}>
                  <td>
                    {one.number} · {one.name[lang] ?? one.name['en']}
                  </td>
                  <td>{allowed(one, n)}</td>
                  <td>
                    {one.code === 'not_conforming' ? `✕ ${one.bad}` : one.values.map(n).join(' · ')}
                    {one.bad > one.values.length && ` (+${n(one.bad - one.values.length)})`}
                  </td>
                  <td class="mono">{one.code}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {report.note && <p>{report.note}</p>}
        <Photos report={report} lang={lang} />
      </section>
      <Part
        d="D3"
        title={s('d3')}
        lines={[
          s('held'),
          ...report.dispositions.map((one) => `${s(`way_${one.kind}` as SheetKey)}: ${n(one.quantity)} ${unit}`),
        ]}
      />
      <Part
        d="D4"
        title={s('d4')}
        lines={[label(s('cause'), cause?.note), label(s('escape'), cause?.answers.escape)]}
      />
      <Part
        d="D5"
        title={s('d5')}
        lines={[
          label(s('action'), action?.note),
          label(s('owner'), action?.answers.owner),
          label(s('due'), action?.answers.due ? day(action.answers.due) : ''),
          label(s('approved'), by(approved)),
        ]}
      />
      <Part
        d="D6"
        title={s('d6')}
        lines={report.dispositions.map((one) =>
          label(s(`way_${one.kind}` as SheetKey), one.doneAt ? `✓ ${at(one.doneAt)}` : ''),
        )}
      />
      <Part d="D7" title={s('d7')} lines={[ended?.answers.prevention ?? '']} />
      <Part
        d="D8"
        title={s('d8')}
        lines={[label(s('evidence'), done?.note), label(s('verified'), by(done)), label(s('closed'), by(ended))]}
      />
    </article>
  );
}

/** What was photographed of what did not conform. */
function Photos({ report, lang }: { report: NcrDocument; lang: Language }) {
  return (
    <div class="photos8d">
      {report.defects.flatMap((one) =>
        one.photos.map((photo) => (
          <figure key={photo}>
            <Snapshot photo={photo} alt={one.name[lang] ?? one.name['en'] ?? ''} missing={SHEET[lang].no_photo} />
            <figcaption>
              {one.number} · {one.name[lang] ?? one.name['en']}
            </figcaption>
          </figure>
        )),
      )}
    </div>
  );
}

const label = (name: string, says: string | undefined): readonly [string, string] => [name, says ?? ''];

function allowed(one: NcrDocument['defects'][number], n: (value: string) => string): string {
  if (one.code === 'not_conforming') return '✓';
  const low = one.lsl === null ? '' : `≥ ${n(one.lsl)}`;
  const high = one.usl === null ? '' : `≤ ${n(one.usl)}`;
  return `${[low, high].filter(Boolean).join(', ')} ${one.unit}`;
}

/** One discipline. A line without words is a line to write on. */
function Part(props: { d: string; title: string; lines: readonly (string | readonly [string, string])[] }) {
  return (
    <section>
      <h3>
        {props.d} · {props.title}
      </h3>
      {props.lines.map((line, place) => {
        const [name, says] = typeof line === 'string' ? ['', line] : line;
        return (
          <p key={place} class={says ? '' : 'towrite'}>
            {name && <b>{name}: </b>}
            {says}
          </p>
        );
      })}
    </section>
  );
}
