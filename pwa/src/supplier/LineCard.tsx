import { accepted, type Said } from './draft';
import { Standing } from './parts';
import type { Line } from './shapes';
import { amount, day, money, t, unitWord } from './words';

/** One line: what is ordered, what was said, and the three answers. */
export function LineCard(props: {
  line: Line;
  currency: string;
  closed: boolean;
  said: Said | undefined;
  onSay: (said: Said | null) => void;
  onSheet: (kind: 'change' | 'reject') => void;
}) {
  const { line, said, currency } = props;
  const open = line.state === 'open' || line.state === 'countered';
  return (
    <article
      class={`card line ${said ? 'lead' : open && !props.closed ? 'ask' : ''}`}
      data-testid={`line-${line.line}`}
    >
      <div class="row spread">
        <b class="mono">{line.sku}</b>
        {!said && <Standing of="line" state={line.state} />}
      </div>
      <p class="note name">{line.name}</p>
      <div class="row spread ordered">
        <span class="much">
          {amount(line.quantity, '')}
          <em>{unitWord(line.unit)}</em>
        </span>
        <span class="when">
          <small>{t('wanted')}</small>
          <b>{day(line.wantedOn)}</b>
        </span>
        <span class="when">
          <small>{t('price_each')}</small>
          <b>{money(line.price, currency)}</b>
        </span>
      </div>
      {said ? <Spoken said={said} line={line} currency={currency} /> : <InForce line={line} currency={currency} />}
      {!props.closed && line.state !== 'shipped' && (
        <div class="answers">
          {said ? (
            <>
              <button type="button" class="btn" onClick={() => props.onSay(null)}>
                {t('undo')}
              </button>
              <button type="button" class="btn" onClick={() => props.onSheet('change')}>
                {t('change')}
              </button>
            </>
          ) : open ? (
            <>
              <button
                type="button"
                class="btn yes"
                data-testid={`accept-${line.line}`}
                onClick={() => props.onSay(accepted(line))}
              >
                ✓ {t('accept')}
              </button>
              <button
                type="button"
                class="btn"
                data-testid={`change-${line.line}`}
                onClick={() => props.onSheet('change')}
              >
                {t('change')}
              </button>
              <button
                type="button"
                class="btn bad"
                data-testid={`reject-${line.line}`}
                onClick={() => props.onSheet('reject')}
              >
                {t('reject')}
              </button>
            </>
          ) : (
            <button
              type="button"
              class="btn"
              data-testid={`change-${line.line}`}
              onClick={() => props.onSheet('change')}
            >
              {t('change_again')}
            </button>
          )}
        </div>
      )}
    </article>
  );
}

function Spoken({ said, line, currency }: { said: Said; line: Line; currency: string }) {
  if (said.kind === 'accept') return <p class="said yes">✓ {t('you_accept')}</p>;
  return (
    <div class="said">
      <b>{said.kind === 'reject' ? t('you_reject') : t('you_change')}</b>
      <Parts
        parts={said.parts.map((part) => ({ quantity: part.quantity, on: part.on, price: said.price }))}
        rejected={said.rejected}
        unit={line.unit}
        currency={currency}
      />
      {said.reason && <span class="note">“{said.reason}”</span>}
    </div>
  );
}

function InForce({ line, currency }: { line: Line; currency: string }) {
  const reply = line.reply;
  if (!reply) return null;
  const agreed = line.state !== 'waiting' && line.state !== 'countered';
  return (
    <div class={`said ${agreed ? 'yes' : ''}`}>
      <b>{agreed ? t('promised') : t('proposed')}</b>
      <Parts
        parts={reply.schedule.map((part) => ({
          quantity: part.quantity,
          on: part.promisedOn,
          price: part.price ?? '',
        }))}
        rejected={reply.rejected}
        unit={line.unit}
        currency={currency}
      />
      {line.state === 'countered' && (
        <span>
          {reply.decisionNote && t('buyer_note', { note: reply.decisionNote })} {t('buyer_new_version')}
        </span>
      )}
    </div>
  );
}

function Parts(props: {
  parts: { quantity: string; on: string; price: string }[];
  rejected: string;
  unit: string;
  currency: string;
}) {
  return (
    <ul>
      {props.parts.map((part) => (
        <li key={part.on}>
          {t('on_day', { quantity: amount(part.quantity, props.unit), day: day(part.on) })}
          {part.price && ` ${t('at_price', { price: money(part.price, props.currency) })}`}
        </li>
      ))}
      {Number(props.rejected) > 0 && <li>{t('rejected_n', { quantity: amount(props.rejected, props.unit) })}</li>}
    </ul>
  );
}
