import './lists.css';
import { useLocation } from 'preact-iso';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { number } from '../i18n';
import { useRead } from './erp/core';
import { Shown } from './erp/parts';
import { term, w } from './erp/words';

/** What a list shows is in the address, so that going back, reloading and sharing keep it. */
interface Wanted {
  page: number;
  search: string;
  show: string;
}

/** A page of a list as either service tells it. */
interface Paged {
  items: readonly unknown[];
  total: number;
  page: number;
  size: number;
  every: number;
  filters: readonly { name: string; count: number }[];
}

type Query = Wanted & { size: number };

type Address = Wanted & { to: (part: Partial<Wanted>) => string; go: (part: Partial<Wanted>) => void };

/** The list's part of the address, and the address with some of it changed; another filter or search begins at page one. */
function useWanted(part: string): Address {
  const { path, query, route } = useLocation();
  const page = Math.max(1, Math.trunc(Number(query[`${part}page`])) || 1);
  const wanted = { page, search: query[`${part}search`] ?? '', show: query[`${part}show`] ?? '' };
  const to = (changed: Partial<Wanted>): string => {
    const { page: at, search, show } = { ...wanted, page: 1, ...changed };
    const said = {
      ...query,
      [`${part}search`]: search,
      [`${part}show`]: show,
      [`${part}page`]: at > 1 ? String(at) : '',
    };
    const found = new URLSearchParams(Object.entries(said).filter(([, value]) => value)).toString();
    return found ? `${path}?${found}` : path;
  };
  return { ...wanted, to, go: (changed) => route(to(changed), true) };
}

interface Listed<P extends Paged> {
  name: string;
  /** Which list, and what else it depends on. */
  what: readonly unknown[];
  ask: (query: Query) => Promise<P>;
  children: (rows: P['items'], told: P, again: () => void) => ComponentChildren;
  size?: number;
  /** What the list's words in the address begin with, where a page has two lists. */
  part?: string;
  /** What the server's own names of filters are called: `show` + `late`. */
  prefix?: string;
  /** Filters shown though nothing is counted for them: what they would show is too much to count unasked. */
  always?: readonly string[];
  beside?: ComponentChildren;
  isSearched?: boolean;
}

/** A list with its search, its counted filters and its pages. The rows before stay in sight while the next are fetched. */
export function Listing<P extends Paged>({
  name,
  what,
  ask,
  children,
  size = 40,
  part = '',
  prefix = 'show',
  always = [],
  beside,
  isSearched = true,
}: Listed<P>) {
  const wanted = useWanted(part);
  const { page, search, show, to, go } = wanted;
  const read = useRead(() => ask({ page, search, show, size }), [...what, page, search, show, size]);
  const before = useRef<P | null>(null);
  if (read.data) before.current = read.data;
  const told = read.data ?? (read.error ? null : before.current);
  const last = told ? Math.max(1, Math.ceil(told.total / told.size)) : page;
  useEffect(() => {
    if (read.data && page > last) go({ page: last });
  }, [read.data, page, last]);
  return (
    <>
      <div class="finding">
        {isSearched && <Find said={search} take={(text) => go({ search: text })} />}
        {told && <Filters told={told} wanted={wanted} prefix={prefix} always={always} name={name} />}
        {beside}
      </div>
      <Shown read={{ ...read, data: told }}>
        {(found) => (
          <div class="listed" aria-busy={read.data === null} data-testid="listed">
            {found.items.length === 0 && (show || search) ? (
              <p class="note">
                {w('nothing_found')} <a href={to({ search: '', show: '' })}>{w('show_all')}</a>
              </p>
            ) : (
              children(found.items, found, read.again)
            )}
            <Pages total={found.total} last={last} wanted={wanted} />
          </div>
        )}
      </Shown>
    </>
  );
}

/** One chip a filter with how many it would show; those that show nothing are left out, but for the one that is on. */
function Filters({
  told,
  wanted,
  prefix,
  always,
  name,
}: {
  told: Paged;
  wanted: Address;
  prefix: string;
  always: readonly string[];
  name: string;
}) {
  const { show, to } = wanted;
  const some = told.filters.filter((one) => one.count > 0 || one.name === show || always.includes(one.name));
  if (some.length === 0) return null;
  return (
    <nav class="filters" aria-label={w('filters', { list: name })}>
      <a href={to({ show: '' })} aria-current={show === '' ? 'true' : undefined} data-testid="show-all">
        {w('show_all')} <b>{number(told.every)}</b>
      </a>
      {some.map((one) => (
        <a
          key={one.name}
          href={to({ show: one.name })}
          aria-current={show === one.name ? 'true' : undefined}
          data-testid={`show-${one.name}`}
        >
          {term(prefix, one.name)} {(one.count > 0 || one.name === show) && <b>{number(one.count)}</b>}
        </a>
      ))}
    </nav>
  );
}

/** Steps, and a field for who wants page 97. */
function Pages({ total, last, wanted: { page, to, go } }: { total: number; last: number; wanted: Address }) {
  const step = (place: number, words: string) =>
    place < 1 || place > last ? (
      <span class="btn" aria-disabled="true">
        {words}
      </span>
    ) : (
      <a class="btn" href={to({ page: place })}>
        {words}
      </a>
    );
  return (
    <nav class="pages" aria-label={w('pages')}>
      <span class="note">{w('in_all', { n: total })}</span>
      {last > 1 && (
        <>
          {step(page - 1, `‹ ${w('before')}`)}
          <label>
            <span class="unseen">{w('page')}</span>
            <input
              key={page}
              inputMode="numeric"
              defaultValue={String(page)}
              data-testid="page"
              onChange={(event) =>
                go({ page: Math.min(last, Math.max(1, Math.trunc(Number(event.currentTarget.value)) || 1)) })
              }
            />
            / {number(last)}
          </label>
          {step(page + 1, `${w('next')} ›`)}
        </>
      )}
    </nav>
  );
}

/** A list's search field; what is typed is asked for a moment later. */
function Find({ said, take }: { said: string; take: (text: string) => void }) {
  const [timer, setTimer] = useState<ReturnType<typeof setTimeout>>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Another address says something else, but never while somebody types.
    if (field.current && document.activeElement !== field.current) field.current.value = said;
  }, [said]);
  useEffect(() => () => clearTimeout(timer), [timer]);
  const typed = (text: string): void => setTimer(setTimeout(() => take(text.trim()), 250));
  return (
    <label class="field find">
      <span class="unseen">{w('search')}</span>
      <input
        ref={field}
        type="search"
        placeholder={w('search')}
        maxLength={64}
        defaultValue={said}
        data-testid="find"
        onInput={(event) => typed(event.currentTarget.value)}
      />
    </label>
  );
}
