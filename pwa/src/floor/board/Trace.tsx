import { useEffect, useState } from 'preact/hooks';
import { client, got, Refused } from '../../api/client';
import { number, term as speak, time } from '../../i18n';
import { problemWords } from '../../i18n/problem';
import { doing, sign, way } from './doing';
import { Loading, Panel } from './parts';
import type { Event, Kind, Timeline } from './types';
import { useFresh } from './useFresh';
import { hrefOf } from './view';
import { term, w } from './words';

type Query = { of: Kind; id: string; before?: string };
const read = (query: Query): Promise<Timeline> => got(client.GET('/api/floor/trace/timeline', { params: { query } }));

/** The time line of a thing, the newest first; older pages are fetched when asked for. */
export function History({ of, id, at, only }: { of: Kind; id: string; at: string; only?: (event: Event) => boolean }) {
  const { data, error } = useFresh(() => read({ of, id }), [of, id], at);
  const [older, setOlder] = useState<{ events: readonly Event[]; next: string | null } | null>(null);
  useEffect(() => setOlder(null), [of, id]);
  if (!data)
    return error ? (
      <p class="note">{error instanceof Refused ? problemWords(error.problem).title : w('offline')}</p>
    ) : (
      <Loading />
    );
  const next = older ? older.next : data.next;
  const seen = new Set(data.events.map((event) => event.id + event.what));
  const events = [...data.events, ...(older?.events ?? []).filter((event) => !seen.has(event.id + event.what))].filter(
    only ?? (() => true),
  );
  const more = async (): Promise<void> => {
    if (!next) return;
    const page = await read({ of, id, before: next });
    setOlder({ events: [...(older?.events ?? []), ...page.events], next: page.next });
  };
  return (
    <>
      {events.length === 0 && <p class="note">{w('no_events')}</p>}
      <ol class="timeline" data-testid="timeline">
        {events.map((event) => (
          <Line key={event.id + event.what} event={event} of={of} />
        ))}
      </ol>
      {next && (
        <button type="button" class="btn wide screenonly" onClick={() => void more()}>
          {w('more')}
        </button>
      )}
    </>
  );
}

/** The same moment within a minute needs no second time. */
const wasLater = (event: Event): boolean =>
  event.capturedAt !== null && Math.abs(Date.parse(event.at) - Date.parse(event.capturedAt)) > 60_000;

function Line({ event, of }: { event: Event; of: Kind }) {
  const thing = [
    event.quantity !== null && `${number(event.quantity)} ${speak(event.unit)}`.trim(),
    of !== 'item' && event.name,
    event.lot && of !== 'lot' && w('lot', { code: event.lot }),
    event.serial,
  ]
    .filter(Boolean)
    .join(' · ');
  const links: [Kind, string | null, string][] = [
    ['order', event.order, event.orderNumber && `${w('order')} ${event.orderNumber}`],
    ['task', event.task, event.taskNumber === null ? '' : `${term('kind', 'task')} ${event.taskNumber}`],
  ];
  return (
    <li
      class={event.undoneBy ? 'event undone' : event.outcome === 'refused' ? 'event refused' : 'event'}
      data-testid="event"
    >
      <span class="eventsign" aria-hidden="true">
        {sign(event)}
      </span>
      <div class="grow">
        <div class="row spread">
          <b>{doing(event)}</b>
          <time class="note" dateTime={event.at}>
            {time(event.at)}
          </time>
        </div>
        {thing && (
          <div>
            {thing}
            {event.expected !== null && ` (${w('expected_n', { n: number(event.expected) })})`}
          </div>
        )}
        {way(event) && <div class="mono small">{way(event)}</div>}
        <div class="note">
          {event.person && of !== 'person' ? (
            <a href={hrefOf({ is: 'history', of: 'person', id: event.person })}>{event.personName}</a>
          ) : (
            event.personName
          )}
          {event.deviceName && ` ${w('on', { device: event.deviceName })}`}
          {links.map(
            ([kind, id, label], place) =>
              id &&
              label &&
              kind !== of && (
                <>
                  {(event.personName || (place > 0 && event.order)) && ' · '}
                  <a href={hrefOf({ is: 'history', of: kind, id })}>{label}</a>
                </>
              ),
          )}
          {wasLater(event) &&
            `${event.personName ? ' · ' : ''}${w('captured', { time: time(event.capturedAt ?? '') })}`}
        </div>
        {(event.undoneBy || event.undoes) && (
          <span class="chip ask">↶ {event.undoneBy ? w('taken_back') : w('takes_back')}</span>
        )}
        {event.outcome === 'refused' && (
          <span class="chip stop">
            ✕ {w('refused')}: {event.reason}
          </span>
        )}
        {event.what === 'resolved' && (
          <div>
            {term('settle', event.outcome)}
            {event.note && ` · ${event.note}`}
          </div>
        )}
        {event.kind === 'move' && event.reason && !event.reason.startsWith(event.what) && (
          <div class="note">{term('r', event.reason)}</div>
        )}
      </div>
    </li>
  );
}

export function HistoryPanel({ of, id, at }: { of: Kind; id: string; at: string }) {
  const { data } = useFresh(() => read({ of, id }), [of, id, 'head'], '');
  return (
    <Panel id="history" title={data ? `${term('kind', of)} ${data.subject.code}` : w('trace')} back={{ is: 'trace' }}>
      {data && data.subject.label !== data.subject.code && of !== 'bin' && <p class="note">{data.subject.label}</p>}
      <History of={of} id={id} at={at} />
    </Panel>
  );
}
