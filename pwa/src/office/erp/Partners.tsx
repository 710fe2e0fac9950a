import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { number, time } from '../../i18n';
import { may, person } from '../../session/session';
import { core, useRead, type Schemas } from './core';
import { Listing } from '../lists';
import { Card, Facts, money, Shown, Table } from './parts';
import { PartnerForm, type Saved, type Word } from './PartnerForm';
import { term, w } from './words';

type Row = Schemas['PartnerFacts'];
type Whole = Schemas['PartnerWhole'];

/** Customers and suppliers, and one of them: where it is, how it pays, what it may deviate, and who changed what. */
export function PartnerList() {
  return (
    <Card title={w('partners')} id="partners">
      <Listing
        name={w('partners')}
        what={['partner-list']}
        prefix="kinds"
        ask={(query) => got(core.GET('/api/core/partners', { params: { query } }))}
        beside={
          <a class="btn go" href="/office/partners/+">
            {w('new_partner')}
          </a>
        }
      >
        {(rows) => (
          <Table<Row>
            name={w('partners')}
            rows={rows}
            id={(row) => row.number}
            columns={[
              {
                head: w('number'),
                cell: (row) => <a href={`/office/partners/${encodeURIComponent(row.number)}`}>{row.number}</a>,
              },
              { head: w('name'), cell: (row) => row.name },
              { head: w('kind'), cell: (row) => term('kind', row.kind) },
              { head: w('city'), cell: (row) => [row.city, row.country].filter(Boolean).join(', ') || '–' },
              { head: w('email'), cell: (row) => row.email || '–' },
              { head: w('payment'), cell: (row) => w('days', { n: row.paymentDays }), num: true },
              {
                head: w('credit_limit'),
                cell: (row) =>
                  row.kind === 'supplier' ? '–' : row.creditLimit === null ? w('no_limit') : money(row.creditLimit),
                num: true,
              },
            ]}
          />
        )}
      </Listing>
    </Card>
  );
}

const BLANK: Saved = {
  number: '',
  kind: 'customer',
  name: '',
  street: '',
  postalCode: '',
  city: '',
  country: '',
  email: '',
  language: 'en',
  creditLimit: null,
  paymentDays: 30,
  tolerance: null,
};

export function Partner({ id }: { id: string }) {
  if (id === '+')
    return (
      <Card title={w('new_partner')} id="partner">
        <PartnerForm
          key="new"
          of={BLANK}
          isNew
          done={(made) => location.assign(`/office/partners/${encodeURIComponent(made)}`)}
        />
      </Card>
    );
  return <Known id={id} />;
}

function Known({ id }: { id: string }) {
  const read = useRead(
    () => got(core.GET('/api/core/partners/{number}', { params: { path: { number: id } } })),
    ['partner', id],
  );
  const [isOpen, setOpen] = useState(false);
  return (
    <Shown read={read}>
      {(told) => (
        <>
          <Card title={`${told.name} (${told.number})`} id="partner">
            {isOpen ? (
              <PartnerForm
                of={given(told)}
                done={() => {
                  setOpen(false);
                  read.again();
                }}
              />
            ) : (
              <>
                <Facts of={shown(told).map((one) => [w(one.name), one.says])} />
                <div class="acts">
                  <button type="button" class="btn" data-testid="change-partner" onClick={() => setOpen(true)}>
                    {w('change')}
                  </button>
                </div>
              </>
            )}
          </Card>
          <Card title={w('history')} id="history">
            <Changes of={told} />
          </Card>
        </>
      )}
    </Shown>
  );
}

interface Fact {
  name: Word;
  says: string;
}

/** What there is to know of a partner, in words; the same for one that was, so that changes can be told apart. */
function shown(of: Partial<Row>): Fact[] {
  const allowed = of.tolerance ?? {};
  const terms =
    of.kind === 'supplier'
      ? [
          {
            name: 'deviation',
            says: w('deviation_of', {
              early: number(Number(allowed['daysEarly'] ?? 0)),
              late: number(Number(allowed['daysLate'] ?? 0)),
              over: number(String(allowed['overPercent'] ?? 0)),
            }),
          } as const,
        ]
      : [
          {
            name: 'credit_limit',
            says: of.creditLimit === null || of.creditLimit === undefined ? w('no_limit') : money(of.creditLimit),
          } as const,
        ];
  return [
    { name: 'name', says: of.name ?? '' },
    { name: 'kind', says: term('kind', of.kind ?? '') },
    {
      name: 'address',
      says:
        [of.street, [of.postalCode, of.city].filter(Boolean).join(' '), of.country].filter(Boolean).join(', ') || '–',
    },
    { name: 'email', says: of.email || '–' },
    { name: 'language', says: term('lang', of.language ?? '') },
    { name: 'payment', says: w('days', { n: of.paymentDays ?? 0 }) },
    ...terms,
  ];
}

/** Each change as what is different since the one before; who made it is told to who may know the people of the site. */
function Changes({ of }: { of: Whole }) {
  const people = useRead(
    async () => (may('supervisor', 'admin') ? await got(client.GET('/api/floor/access/people')) : []),
    ['people'],
  );
  const name = (id: string | null): string =>
    (id === person.value?.id ? person.value?.name : people.data?.find((one) => one.id === id)?.name) ??
    w('a_colleague');
  if (of.changes.length === 0) return <p class="note">{w('never_changed')}</p>;
  return (
    <ol class="history">
      {of.changes.map((one, place) => {
        const before = of.changes[place + 1];
        const was = before ? shown(before.facts as Partial<Row>) : [];
        const changed = shown(one.facts as Partial<Row>).filter((fact, at) => before && fact.says !== was[at]?.says);
        return (
          <li key={one.at}>
            <time dateTime={one.at}>{time(one.at)}</time> <b>{name(one.person)}</b>
            {before ? (
              changed.map((fact) => (
                <div key={fact.name} class="note">
                  {w(fact.name)}: {was.find((old) => old.name === fact.name)?.says ?? '–'} → {fact.says}
                </div>
              ))
            ) : (
              <div class="note">{w('first_kept')}</div>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function given(told: Whole): Saved {
  const {
    number: named,
    kind,
    name,
    street,
    postalCode,
    city,
    country,
    email,
    language,
    creditLimit,
    paymentDays,
    tolerance,
  } = told;
  return {
    number: named,
    kind: kind as Saved['kind'],
    name,
    street,
    postalCode,
    city,
    country,
    email,
    language,
    creditLimit,
    paymentDays,
    tolerance:
      kind === 'supplier'
        ? {
            daysEarly: Number(tolerance['daysEarly'] ?? 0),
            daysLate: Number(tolerance['daysLate'] ?? 0),
            overPercent: String(tolerance['overPercent'] ?? 0),
          }
        : null,
  };
}
