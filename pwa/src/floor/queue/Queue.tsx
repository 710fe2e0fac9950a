import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { reachable } from '../../api/client';
import { ago, t } from '../../i18n';
import { Button, Screen } from '../../kit/parts';
import { outbox } from '../../outbox';
import type { Row } from '../../outbox/rows';
import { Card } from './Card';
import { actionName } from './names';

/** All that is still on this device: what needs an answer first, then what waits, the oldest first. */
export default function Queue() {
  const { route } = useLocation();
  const [rows, setRows] = useState<Row[] | null>(null);
  const { waiting, held, sending, stopped } = outbox.status.value;
  useEffect(() => void outbox.rows().then(setRows), [waiting, held, outbox.answered.value]);
  const first = rows?.find((row) => row.state === 'held');
  if (first && rows)
    return (
      <Card
        key={first.id}
        row={first}
        behind={rows.filter((row) => row.task === first.task && row.seq > first.seq).length}
        done={(to) => route(to)}
      />
    );
  return (
    <Screen
      title={t('queue')}
      back="/"
      acts={
        <Button kind="go" id="send-now" disabled={waiting === 0 || sending} onClick={() => void outbox.wake()}>
          {sending ? t('sending') : t('send_now')}
        </Button>
      }
    >
      {stopped === 'sign_in' && <p class="card ask">△ {t('queue_paused')}</p>}
      {stopped === 'update' && <p class="card ask">△ {t('update_to_send')}</p>}
      {!reachable.value && <p class="card ask">△ {t('need_network')}</p>}
      {rows?.length === 0 && (
        <div class="shut">
          <h2>{t('all_sent')}</h2>
          <p>{t('queue_empty')}</p>
        </div>
      )}
      <ul class="list">
        {rows?.map((row) => (
          <li class="card row" key={row.id} data-testid="queued">
            <div class="grow">
              <b>{actionName(row.type)}</b>
              <div class="note">
                {t('by_person', { name: row.personName })} · {ago(Date.now() - Date.parse(row.clientTs))}
                {row.tries > 0 && ` · ${t('tries_n', { n: row.tries })}`}
              </div>
            </div>
          </li>
        ))}
      </ul>
    </Screen>
  );
}
