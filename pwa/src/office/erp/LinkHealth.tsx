import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { ago, number, time } from '../../i18n';
import { may } from '../../session/session';
import { core, useRead, type Schemas } from './core';
import { Differences } from './Differences';
import { Card, Do, Document, Facts, Shown, Table } from './parts';
import { term, w } from './words';

type Status = Schemas['LinkStatus'];
type Box = Schemas['Box'];
type Letter = Schemas['Letter'];
type Side = 'floor' | 'core';

/** Both ends of the link: what waits, what nobody could read, and what a person does about it. */
export function LinkHealth() {
  if (!may('supervisor', 'admin')) return <p class="card">{w('supervisors_only')}</p>;
  return <>{(['floor', 'core'] as const).map((side) => <End key={side} side={side} />)}<Differences /></>;
}

const status = (side: Side): Promise<Status> => (side === 'core' ? got(core.GET('/api/core/link/status')) : (got(client.GET('/api/floor/link/status')) as Promise<Status>));

async function letters(side: Side): Promise<readonly Letter[]> {
  const query = { states: 'dead,unknown,waiting' };
  const ways = ['in', 'out'] as const;
  const found = await Promise.all(
    ways.map((way) => (side === 'core' ? got(core.GET('/api/core/link/messages/{way}', { params: { path: { way }, query } })) : (got(client.GET('/api/floor/link/messages/{way}', { params: { path: { way }, query } })) as Promise<Letter[]>))),
  );
  return found.flat();
}

function End({ side }: { side: Side }) {
  const read = useRead(() => status(side), ['link', side]);
  const waiting = useRead(() => letters(side), ['letters', side]);
  return (
    <Card title={w(side === 'floor' ? 'link_floor' : 'link_core')} id={`link-${side}`}>
      <Shown read={read}>
        {(told) => (
          <>
            {side === 'core' && <div class="acts"><Do id="tell-masters" label={w('tell_masters')} done={read.again} send={(headers) => core.POST('/api/core/link/masters', { body: {}, headers })} /><span class="note">{w('tell_masters_more')}</span></div>}
            <Facts of={[[w('receiver'), told.receiver ?? '–'], [w('workers'), `${number(told.workers.filter((one) => one.alive).length)} ${w('alive')}`]]} />
            <Table<Box> name={w('messages')} rows={told.boxes} id={(box) => box.way} columns={[
              { head: w('way'), cell: (box) => term('way', box.way) },
              { head: term('st', 'waiting'), cell: (box) => number(box.waiting), num: true },
              { head: w('oldest'), cell: (box) => (box.oldestWaiting ? ago(Date.parse(told.at) - Date.parse(box.oldestWaiting)) : '–'), num: true },
              { head: term('st', 'dead'), cell: (box) => (box.dead ? <b class="late">△ {number(box.dead)}</b> : 0), num: true },
              { head: term('st', 'unknown'), cell: (box) => number(box.unknown), num: true },
              { head: w('last_hour'), cell: (box) => number(box.lastHour), num: true },
            ]} />
          </>
        )}
      </Shown>
      <Shown read={waiting}>
        {(found) => (
          <ul class="list">
            {found.map((one) => <Held key={`${one.way}${one.seq}`} side={side} letter={one} again={() => { waiting.again(); read.again(); }} />)}
          </ul>
        )}
      </Shown>
    </Card>
  );
}

/** One message that waits or is dead: what it is, why it stopped, and the two things to do about it. */
function Held({ side, letter, again }: { side: Side; letter: Letter; again: () => void }) {
  const [reason, setReason] = useState('');
  const { way, seq } = letter;
  const replay = (headers: { 'Idempotency-Key': string }) => (side === 'core' ? core.POST('/api/core/link/replay', { body: { way, seq }, headers }) : client.POST('/api/floor/link/messages/{way}/{seq}/replay', { params: { path: { way, seq }, header: headers } }));
  const drop = (headers: { 'Idempotency-Key': string }) => (side === 'core' ? core.POST('/api/core/link/drop', { body: { way, seq, reason }, headers }) : client.POST('/api/floor/link/messages/{way}/{seq}/drop', { params: { path: { way, seq }, header: headers }, body: { reason } }));
  return (
    <li class={`card ${letter.state === 'dead' ? 'stop' : 'ask'}`} data-testid="letter">
      <b>{term('way', way)} · {term('st', letter.state)} · {letter.type}</b>
      <p><Document of={letter.document} /> · {time(letter.at)} · {w('tries', { n: letter.tries })}</p>
      {letter.error && <p class="trouble">{letter.error}</p>}
      {letter.state !== 'waiting' && (
        <div class="acts">
          <Do label={w('try_again')} done={again} send={replay} />
          <label class="field"><span>{w('drop_reason')}</span><input value={reason} maxLength={500} onInput={(event) => setReason(event.currentTarget.value)} /></label>
          {reason.trim().length >= 3 && <Do label={w('drop')} done={again} send={drop} />}
        </div>
      )}
    </li>
  );
}
