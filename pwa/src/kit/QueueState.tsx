import { useEffect, useState } from 'preact/hooks';
import { reachable } from '../api/client';
import { ago, t } from '../i18n';
import { outbox } from '../outbox';

/** Always in sight: how much waits to be sent, how old the oldest is, whether something needs the person. */
export function QueueState() {
  const { waiting, held, oldest } = outbox.status.value;
  const isLive = reachable.value;
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 15_000);
    return () => clearInterval(timer);
  }, []);
  const age = oldest ? Date.now() - Date.parse(oldest) : 0;
  return (
    <a class="state" href="/queue" data-testid="queue-state" data-waiting={waiting} data-held={held}>
      <span>
        {held > 0
          ? t('held_n', { n: held })
          : waiting > 0
            ? t('waiting_n', { n: waiting })
            : isLive
              ? t('live')
              : t('offline')}
        {waiting > 0 && age > 60_000 && (
          <>
            <br />
            {t('oldest', { age: ago(age) })}
          </>
        )}
      </span>
      <i class={`dot ${held > 0 ? 'held' : isLive && waiting === 0 ? '' : 'off'}`} />
    </a>
  );
}
