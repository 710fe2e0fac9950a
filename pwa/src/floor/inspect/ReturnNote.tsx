import type { Language } from '../../kit/settings';
import { Fact, spoken } from './paper';
import { sendingOf } from './sending';
import type { NcrDocument } from './types';

/** What goes with goods that are sent back: to whom, what, of which order and lot, why, and who carries it. */
export function ReturnNote({ report, lang }: { report: NcrDocument; lang: Language }) {
  const { s, unit, n, at } = spoken(report, lang);
  const back = report.dispositions.find((one) => one.kind === 'return');
  const left = report.steps.find((one) => one.answers.disposition === 'return');
  const { carrier, reference } = left?.answers ?? sendingOf(report.id);
  const carried = [carrier, reference].filter(Boolean).join(' · ');
  const now = back?.doneAt ?? new Date().toISOString();
  return (
    <article class="paper8d" lang={lang} data-testid="return-paper">
      <header>
        <h2>
          {s('return_title')} R-{report.number}
        </h2>
        <span>{at(now)}</span>
      </header>
      <dl class="facts8d">
        <Fact name={s('return_from')} says={report.siteName} />
        <Fact
          name={s('return_to')}
          says={[report.supplierName || report.supplier, ...report.supplierAddress].join(', ')}
        />
        <Fact name={s('order')} says={report.purchaseOrder ?? '–'} />
      </dl>
      <table>
        <thead>
          <tr>
            <th scope="col">{s('item')}</th>
            <th scope="col">{s('lot')}</th>
            <th scope="col">{s('return_quantity')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              {report.sku} · {report.name}
            </td>
            <td>{report.lot ?? '–'}</td>
            <td>
              {n(back?.quantity ?? '0')} {unit}
            </td>
          </tr>
        </tbody>
      </table>
      <section>
        <h3>{s('return_why')}</h3>
        <p>
          {s('title')} {report.number}
        </p>
        {report.defects.map((one) => (
          <p key={one.number}>
            {one.number} · {one.name[lang] ?? one.name['en']} <span class="mono">{one.code}</span>
          </p>
        ))}
        {report.note && <p>{report.note}</p>}
      </section>
      <section>
        <p class={carried ? '' : 'towrite'}>
          <b>{s('return_carrier')}: </b>
          {carried}
        </p>
        <p class="towrite">
          <b>{s('return_signed')}: </b>
        </p>
      </section>
    </article>
  );
}
