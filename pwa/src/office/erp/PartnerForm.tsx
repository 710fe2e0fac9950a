import { useState } from 'preact/hooks';
import { LANGUAGES } from '../../kit/settings';
import { core, type Schemas } from './core';
import { Do } from './parts';
import { term, w } from './words';
import type { en } from './words/partners/en';

export type Saved = Schemas['SavePartner'];
/** Words of this screen, those with a gap left out. */
export type Word = Exclude<keyof typeof en, 'deviation_of'> | 'name' | 'kind' | 'number';

const NOT_WHOLE = /[^0-9]/g;

/** What is known of a partner, to be filled in or changed. */
export function PartnerForm({
  of,
  isNew = false,
  done,
}: {
  of: Saved;
  isNew?: boolean;
  done: (number: string) => void;
}) {
  const [said, setSaid] = useState(of);
  const set = (part: Partial<Saved>): void => setSaid((before) => ({ ...before, ...part }));
  const terms = said.tolerance ?? { daysEarly: 0, daysLate: 0, overPercent: '0' };
  const whole = (text: string): number => Number(text.replace(NOT_WHOLE, '').slice(0, 3));
  const decimal = (text: string): string => text.replace(',', '.').trim();
  const body: Saved = {
    ...said,
    number: said.number.trim(),
    name: said.name.trim(),
    creditLimit: said.kind === 'customer' ? said.creditLimit || null : null,
    tolerance: said.kind === 'supplier' ? terms : null,
  };
  return (
    <div class="partnerform">
      {isNew && (
        <>
          <Text name="number" value={said.number} set={(number_) => set({ number: number_ })} most={64} />
          <label class="field">
            <span>{w('kind')}</span>
            <select value={said.kind} onChange={(event) => set({ kind: event.currentTarget.value as Saved['kind'] })}>
              <option value="customer">{term('kind', 'customer')}</option>
              <option value="supplier">{term('kind', 'supplier')}</option>
            </select>
          </label>
        </>
      )}
      <Text name="name" value={said.name} set={(name) => set({ name })} most={255} />
      <Text name="street" value={said.street} set={(street) => set({ street })} most={500} />
      <Text name="postal_code" value={said.postalCode} set={(postalCode) => set({ postalCode })} most={32} />
      <Text name="city" value={said.city} set={(city) => set({ city })} most={255} />
      <Text
        name="country"
        value={said.country}
        set={(country) => set({ country: country.toUpperCase().replace(/[^A-Z]/g, '') })}
        most={2}
        hint="NL, DE, CN"
      />
      <Text name="email" value={said.email} set={(email) => set({ email: email.trim() })} most={254} isMail />
      <label class="field">
        <span>{w('language')}</span>
        <select value={said.language} onChange={(event) => set({ language: event.currentTarget.value })}>
          {[...new Set([...LANGUAGES, said.language ?? 'en'])].map((one) => (
            <option key={one} value={one}>
              {term('lang', one)}
            </option>
          ))}
        </select>
      </label>
      <Text
        name="payment_days"
        value={String(said.paymentDays)}
        set={(days) => set({ paymentDays: whole(days) })}
        most={3}
      />
      {said.kind === 'customer' ? (
        <Text
          name="credit_limit"
          value={said.creditLimit ?? ''}
          set={(limit) => set({ creditLimit: decimal(limit) || null })}
          most={16}
          hint={w('no_limit')}
        />
      ) : (
        <>
          <Text
            name="days_early"
            value={String(terms.daysEarly)}
            set={(days) => set({ tolerance: { ...terms, daysEarly: whole(days) } })}
            most={3}
          />
          <Text
            name="days_late"
            value={String(terms.daysLate)}
            set={(days) => set({ tolerance: { ...terms, daysLate: whole(days) } })}
            most={3}
          />
          <Text
            name="over_percent"
            value={String(terms.overPercent)}
            set={(over) => set({ tolerance: { ...terms, overPercent: decimal(over) } })}
            most={6}
          />
        </>
      )}
      <div class="acts">
        <Do
          kind="go"
          id="save-partner"
          label={w('save')}
          disabled={!body.number || !body.name}
          done={() => done(body.number)}
          send={(headers) => core.POST('/api/core/partners/save', { body, headers })}
        />
        {!isNew && (
          <button type="button" class="btn" onClick={() => done(of.number)}>
            {w('keep_as_is')}
          </button>
        )}
      </div>
    </div>
  );
}

function Text({
  name,
  value,
  set,
  most,
  isMail = false,
  hint = '',
}: {
  name: Word;
  value: string | undefined;
  set: (text: string) => void;
  most: number;
  isMail?: boolean;
  hint?: string;
}) {
  return (
    <label class="field">
      <span>{w(name)}</span>
      <input
        name={name}
        inputMode={isMail ? 'email' : 'text'}
        value={value}
        maxLength={most}
        placeholder={hint}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}
