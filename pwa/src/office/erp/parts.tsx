import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { got } from '../../api/client';
import { key } from '../../api/key';
import { day, language, number, term as unitTerm, time } from '../../i18n';
import { why, type Read } from './core';
import { term, w } from './words';

const LOCALES = { en: 'en-GB', nl: 'nl-NL', zh: 'zh-CN' } as const;

/** An amount in the company's currency, to the cent; a decimal string is formatted exactly. */
export const money = (amount: string | null | undefined): string => currency(amount, 2);

/** What one piece costs: fractions of a cent count here. */
export const each = (amount: string | null | undefined): string => currency(amount, 4);

function currency(amount: string | null | undefined, finest: number): string {
  if (amount === null || amount === undefined) return '–';
  const format = new Intl.NumberFormat(LOCALES[language()], {
    minimumFractionDigits: 2,
    maximumFractionDigits: finest,
  });
  return format.format(amount as unknown as number);
}

const ROOM_OF: Readonly<Record<string, string>> = {
  purchase: 'purchases',
  sale: 'sales',
  work: 'work',
  item: 'items',
  partner: 'partners',
};

/** A document such as `purchase/PO-5001`, by its number and linked to its page. */
export function Document({ of, line }: { of: string; line?: number | null }) {
  const [kind = '', ...rest] = of.split('/');
  const name = rest.join('/') || of;
  const says = line ? `${name} / ${line}` : name;
  return ROOM_OF[kind] ? <a href={`/office/${ROOM_OF[kind]}/${encodeURIComponent(name)}`}>{says}</a> : <>{says}</>;
}

export const amount = (value: string | null | undefined, unit = ''): string =>
  value === null || value === undefined ? '–' : `${number(value)}${unit ? ` ${unitTerm(unit)}` : ''}`;

export const on = (iso: string | null | undefined): string => (iso ? day(iso) : '–');

/** When something is due, and that it is late where it is still open. */
export function Due({ at, isOpen }: { at: string | null | undefined; isOpen: boolean }) {
  if (!at) return <>–</>;
  const isDay = at.length === 10;
  const isLate = isOpen && (isDay ? at < new Date().toISOString().slice(0, 10) : Date.parse(at) < Date.now());
  return (
    <>
      {isDay ? day(at) : time(at)}
      {isLate && <span class="late"> △ {w('late')}</span>}
    </>
  );
}

/** A state by word and shape, never by colour alone. */
export function State({ of }: { of: string }) {
  return <span class={`chip st-${of}`}>{term('st', of)}</span>;
}

export function Share({ done, of }: { done: string; of: string }) {
  const part = Number(of) > 0 ? Math.min(100, (100 * Number(done)) / Number(of)) : 0;
  return (
    <svg
      class="meter"
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${number(done)} / ${number(of)}`}
    >
      <rect class="rest" width="100" height="8" />
      <rect class="done" width={part} height="8" />
    </svg>
  );
}

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ComponentChildren;
  num?: boolean;
}

/** A table whose first column links to the row's own page. */
export function Table<Row>({
  rows,
  columns,
  name,
  id,
}: {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  name: string;
  id: (row: Row) => string;
}) {
  if (rows.length === 0) return <p class="note">{w('nothing')}</p>;
  return (
    <div class="wide" role="region" aria-label={name} tabIndex={0}>
      <table class="sheet">
        <thead>
          <tr>
            {columns.map((one) => (
              <th scope="col" key={one.head} class={one.num ? 'num' : ''}>
                {one.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} data-testid="row">
              {columns.map((one) => (
                <td key={one.head} class={one.num ? 'num' : ''}>
                  {one.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Named facts, side by side. */
export function Facts({ of }: { of: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Card({ title, children, id }: { title: string; children: ComponentChildren; id?: string }) {
  return (
    <section class="card sheetcard" aria-label={title} data-testid={id}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** A page's frame while it is read: the reason when it cannot be. */
export function Shown<T>({ read, children }: { read: Read<T>; children: (data: T) => ComponentChildren }) {
  if (read.data)
    return (
      <>
        {read.error && (
          <p class="card ask" role="status">
            △ {read.error === '?' ? w('offline') : read.error}
          </p>
        )}
        {children(read.data)}
      </>
    );
  return (
    <p class="card" role="status">
      {read.error ? `△ ${read.error === '?' ? w('offline') : read.error}` : w('loading')}
    </p>
  );
}

type Answer = Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** A button that sends one command; a second press while it is on its way sends nothing, a retry uses the same key. */
export function Do({
  label,
  send,
  done,
  kind = '',
  id,
  disabled = false,
}: {
  label: string;
  send: (headers: { 'Idempotency-Key': string }) => Answer;
  done: () => void;
  kind?: string;
  id?: string;
  disabled?: boolean;
}) {
  const [busy, setBusy] = useState(false);
  const [held, setHeld] = useState<ReturnType<typeof key> | null>(null);
  const [trouble, setTrouble] = useState('');
  const press = async (): Promise<void> => {
    const headers = held ?? key();
    setHeld(headers);
    setBusy(true);
    setTrouble('');
    try {
      await got(send(headers));
      setHeld(null);
      done();
    } catch (error) {
      const reason = why(error);
      if (reason !== '?') setHeld(null); // an answer came: another press is another wish
      setTrouble(reason === '?' ? w('offline') : reason);
    } finally {
      setBusy(false);
    }
  };
  return (
    <span class="doing">
      <button
        type="button"
        class={`btn ${kind}`}
        disabled={busy || disabled}
        aria-busy={busy}
        data-testid={id}
        onClick={() => void press()}
      >
        {busy ? `${label} …` : label}
      </button>
      {trouble && (
        <span class="trouble" role="alert">
          ✕ {trouble}
        </span>
      )}
    </span>
  );
}
