import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { day, number, time } from '../../i18n';
import { amount } from '../erp/parts';
import type { Whole } from './whole';
import { b, term } from './words';

type Act = (doing: () => Promise<unknown>) => Promise<void>;

/** All that was said, sent and shipped, the newest first. */
export function History({ told, act }: { told: Whole; act: Act }) {
  const body = { order: told.order.id };
  return (
    <div class="pair">
      <section class="card col" data-testid="history">
        <h3>{b('history')}</h3>
        {told.answers.length === 0 && <p class="note">—</p>}
        <ol class="said-list">
          {told.answers.map((answer) => (
            <li key={answer.id}>
              <p>
                <b class="mono">{answer.receipt}</b>{' '}
                <span class="note">
                  {time(answer.at)} · {b('version', { n: answer.version })} ·{' '}
                  {b(answer.onBehalf ? 'on_behalf' : 'by_supplier')}
                </span>
              </p>
              {answer.lines.map((line) => (
                <p key={line.line} class="note">
                  {line.line}:{' '}
                  {line.schedule.map((part) => `${number(part.quantity)} ${day(part.promisedOn)}`).join(' + ')}
                  {Number(line.rejected) > 0 && ` · ${b('not_delivered', { n: number(line.rejected) })}`} ·{' '}
                  {b(
                    line.decision === 'accept'
                      ? 'accepted'
                      : line.decision === 'counter'
                        ? 'countered'
                        : line.verdict === 'agree'
                          ? 'by_itself'
                          : 'undecided',
                  )}
                </p>
              ))}
              {answer.note && <p>“{answer.note}”</p>}
            </li>
          ))}
        </ol>
        {told.order.advices.length > 0 && <h3>{b('dispatches')}</h3>}
        {told.order.advices.map((advice) => (
          <p key={advice.id} data-testid={`dispatch-${advice.number}`}>
            <b class="mono">{advice.number}</b>{' '}
            <span class="note">
              {b('leaves', { day: day(advice.shipsOn) })} · {advice.carrier}
            </span>
            {advice.lines.map((line) => (
              <span key={`${line.line}-${line.lot ?? ''}`} class="note dispatchline">
                {line.sku} {amount(line.quantity, line.unit)} {line.lot ?? ''} · {b('packs', { n: line.packs.length })}
              </span>
            ))}
          </p>
        ))}
      </section>
      <section class="card col">
        <h3>{b('links')}</h3>
        {told.links.map((link) => {
          const over = link.revokedAt
            ? 'link_revoked'
            : link.expiresAt < new Date().toISOString()
              ? 'link_expired'
              : null;
          return (
            <div key={link.id} class="row spread wrap">
              <span>
                {over ? (
                  <s>{b('link_until', { day: day(link.expiresAt) })}</s>
                ) : (
                  b('link_until', { day: day(link.expiresAt) })
                )}{' '}
                <span class="note">
                  {over ? b(over) : link.usedAt ? b('link_used', { when: time(link.usedAt) }) : b('link_unused')}
                </span>
              </span>
              {!over && (
                <button
                  type="button"
                  class="btn bad"
                  data-testid="revoke"
                  onClick={() =>
                    void act(() =>
                      got(client.POST('/api/floor/suppliers/revoke-link', { body: { link: link.id }, headers: key() })),
                    )
                  }
                >
                  {b('revoke')}
                </button>
              )}
            </div>
          );
        })}
        <button
          type="button"
          class="btn"
          data-testid="renew"
          onClick={() => void act(() => got(client.POST('/api/floor/suppliers/renew-link', { body, headers: key() })))}
        >
          {b('renew')}
        </button>
        <h3>{b('mails')}</h3>
        {told.mails.map((mail) => (
          <p key={mail.madeAt}>
            {term('mail', mail.kind)}{' '}
            <span class={mail.state === 'dead' ? 'late' : 'note'}>
              {term('mail', mail.state)} {time(mail.sentAt ?? mail.madeAt)}
            </span>
            {mail.lastError && <span class="note"> {mail.lastError}</span>}
          </p>
        ))}
        <button
          type="button"
          class="btn"
          onClick={() => void act(() => got(client.POST('/api/floor/suppliers/resend', { body, headers: key() })))}
        >
          {b('resend')}
        </button>
      </section>
    </div>
  );
}
