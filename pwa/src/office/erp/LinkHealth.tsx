import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { ago, number } from '../../i18n';
import { may } from '../../session/session';
import { Listing } from '../lists';
import { core, useRead, type Schemas } from './core';
import { Differences } from './Differences';
import { Message } from './Message';
import { Card, Do, Facts, Shown, Table } from './parts';
import { term, w } from './words';

type Status = Schemas['LinkStatus'];
type Box = Schemas['Box'];
export type Letter = Schemas['Letter'];
export type Side = 'floor' | 'core';
type Way = Letter['way'];

const SIDES = ['floor', 'core'] as const;

/** Both ends of the link: what waits, what nobody could read, and what a person does about it. */
export function LinkHealth() {
  const { query } = useLocation();
  if (!may('supervisor', 'admin')) return <p class="card">{w('supervisors_only')}</p>;
  const [side, way] = (query['box'] ?? '').split('.');
  const chosen = { side: side === 'core' ? 'core' : 'floor', way: way === 'out' ? 'out' : 'in' } as const;
  return (
    <>
      <div class="sidebyside">
        {SIDES.map((one) => (
          <End key={one} side={one} chosen={chosen.side === one ? chosen.way : null} />
        ))}
      </div>
      <Messages key={`${chosen.side}${chosen.way}`} {...chosen} />
      <Differences />
    </>
  );
}

const status = (side: Side): Promise<Status> =>
  side === 'core'
    ? got(core.GET('/api/core/link/status'))
    : (got(client.GET('/api/floor/link/status')) as Promise<Status>);

function End({ side, chosen }: { side: Side; chosen: Way | null }) {
  const read = useRead(() => status(side), ['link', side]);
  const box = (way: Way, show: string): string => `/office/link?box=${side}.${way}${show && `&show=${show}`}`;
  return (
    <Card title={w(side === 'floor' ? 'link_floor' : 'link_core')} id={`link-${side}`}>
      <Shown read={read}>
        {(told) => (
          <>
            {side === 'core' && (
              <div class="acts">
                <Do
                  id="tell-masters"
                  label={w('tell_masters')}
                  done={read.again}
                  send={(headers) => core.POST('/api/core/link/masters', { body: {}, headers })}
                />
                <span class="note">{w('tell_masters_more')}</span>
              </div>
            )}
            <Facts
              of={[
                [w('receiver'), told.receiver ?? '–'],
                [w('workers'), `${number(told.workers.filter((one) => one.alive).length)} ${w('alive')}`],
              ]}
            />
            <Table<Box>
              name={w('messages')}
              rows={told.boxes}
              id={(one) => one.way}
              columns={[
                {
                  head: w('way'),
                  cell: (one) => (
                    <a
                      href={box(one.way, '')}
                      aria-current={one.way === chosen ? 'true' : undefined}
                      data-testid={`box-${side}-${one.way}`}
                    >
                      {term('way', one.way)}
                    </a>
                  ),
                },
                { head: term('st', 'waiting'), cell: (one) => number(one.waiting), num: true },
                {
                  head: w('oldest'),
                  cell: (one) => (one.oldestWaiting ? ago(Date.parse(told.at) - Date.parse(one.oldestWaiting)) : '–'),
                  num: true,
                },
                {
                  head: term('st', 'dead'),
                  cell: (one) =>
                    one.dead ? (
                      <a class="late" href={box(one.way, 'to_do')}>
                        △ {number(one.dead)}
                      </a>
                    ) : (
                      0
                    ),
                  num: true,
                },
                {
                  head: term('st', 'unknown'),
                  cell: (one) =>
                    one.unknown ? (
                      <a class="late" href={box(one.way, 'to_do')}>
                        △ {number(one.unknown)}
                      </a>
                    ) : (
                      0
                    ),
                  num: true,
                },
                { head: w('last_hour'), cell: (one) => number(one.lastHour), num: true },
              ]}
            />
          </>
        )}
      </Shown>
    </Card>
  );
}

/** The messages of one box, those that need a person first. */
function Messages({ side, way }: { side: Side; way: Way }) {
  const [opened, setOpened] = useState<number | null>(null);
  const people = useRead(() => got(client.GET('/api/floor/access/people')), ['people']);
  const name = (id: string): string => people.data?.find((one) => one.id === id)?.name ?? id;
  const title = `${w('messages')}: ${w(side === 'floor' ? 'link_floor' : 'link_core')}, ${term('way', way)}`;
  const ask = (query: { page: number; size: number; show: string; search: string }) =>
    side === 'core'
      ? got(core.GET('/api/core/link/messages/{way}', { params: { path: { way }, query } }))
      : got(client.GET('/api/floor/link/messages/{way}', { params: { path: { way }, query } }));
  return (
    <Card title={title} id="letters">
      <Listing name={title} what={['letters', side, way]} prefix="letters" size={20} always={['through']} ask={ask}>
        {(rows, _, again) =>
          rows.length === 0 ? (
            <p>✓ {w('no_letters')}</p>
          ) : (
            <ul class="list">
              {rows.map((one) => (
                <Message
                  key={one.seq}
                  side={side}
                  letter={one as Letter}
                  isOpen={one.seq === opened}
                  name={name}
                  open={(isOpen) => setOpened(isOpen ? one.seq : null)}
                  again={again}
                />
              ))}
            </ul>
          )
        }
      </Listing>
    </Card>
  );
}
