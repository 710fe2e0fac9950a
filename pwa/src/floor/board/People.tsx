import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { ago, number, time } from '../../i18n';
import { device, may } from '../../session/session';
import { Loading, Panel } from './parts';
import { qrPath } from './qr';
import type { Board, PersonListed } from './types';
import { useFresh } from './useFresh';
import { hrefOf } from './view';
import { term, w } from './words';

type DeviceHealth = NonNullable<Board['devices'][number]['health']>;
interface Fact {
  is: string;
  isBad: boolean;
}

/** From here on somebody should change the battery, in per cent. */
const LOW_BATTERY = 15;
/** Reports that wait longer have a cause other than a dead corner of the hall, in seconds. */
const LONG_UNSENT_S = 15 * 60;
/** A person feels a scan that is answered later, in ms. */
const SLOW_SCAN_MS = 300;

/** Who is here, who is locked out, which devices were seen, and a code for a new one. */
export function People({ board }: { board: Board }) {
  const boss = may('supervisor');
  return (
    <Panel id="people" title={w('people')}>
      {boss && <Enrolment />}
      {boss ? <Everyone board={board} /> : <Seen board={board} />}
      <h3>{w('devices')}</h3>
      <ul class="list">
        {board.devices.map((one) => (
          <DeviceRow
            key={one.id}
            device={one}
            now={Date.parse(board.at)}
            mayTakeOut={boss && one.id !== device.value?.id}
          />
        ))}
      </ul>
    </Panel>
  );
}

/** A device that is lost or stolen is taken out of use here: at once, and for good. */
function DeviceRow({
  device: { id, name, seenAt, clockSkewMs, health },
  now,
  mayTakeOut,
}: {
  device: Board['devices'][number];
  now: number;
  mayTakeOut: boolean;
}) {
  const [at, setAt] = useState<'in' | 'asked' | 'out' | 'failed'>('in');
  const takeOut = (): void =>
    void got(client.POST('/api/floor/access/devices/{device}/revoke', { params: { path: { device: id } } })).then(
      () => setAt('out'),
      () => setAt('failed'),
    );
  return (
    <li class="card" data-testid="device-row">
      <div class="row spread">
        <b>{name}</b>
        <span class="note grow">
          {clockSkewMs !== null && Math.abs(clockSkewMs) > 30_000 && (
            <span class="chip ask">△ {w('clock_off', { s: Math.round(clockSkewMs / 1000) })}</span>
          )}{' '}
          {w('seen')}: {seenAt ? ago(now - Date.parse(seenAt)) : w('never')}
        </span>
        {mayTakeOut && at !== 'out' && (
          <button
            type="button"
            class="btn screenonly"
            aria-expanded={at === 'asked'}
            onClick={() => setAt(at === 'asked' ? 'in' : 'asked')}
            data-testid="take-out"
          >
            {at === 'asked' ? w('keep_it') : w('take_out')}
          </button>
        )}
      </div>
      {health && <Health health={health} />}
      {at === 'asked' && (
        <div class="row spread">
          <p class="grow">{w('take_out_ask')}</p>
          <button type="button" class="btn bad" onClick={takeOut} data-testid="take-out-sure">
            {w('take_out_sure')}
          </button>
        </div>
      )}
      <p role="status">{at === 'out' ? `✓ ${w('taken_out')}` : at === 'failed' ? `✕ ${w('offline')}` : ''}</p>
    </li>
  );
}

/** What a device last said of itself; what somebody should do something about stands out. */
function Health({ health }: { health: DeviceHealth }) {
  const { battery, charging, network, waiting, held, oldestSeconds, scanMs, appVersion } = health;
  const n = battery ?? 0;
  const facts: (Fact | false)[] = [
    battery !== null && {
      is: charging ? w('charging_n', { n }) : w('battery_n', { n }),
      isBad: !charging && battery <= LOW_BATTERY,
    },
    waiting > 0 && {
      is: w('unsent_n', { n: waiting, age: ago(1000 * (oldestSeconds ?? 0)) }),
      isBad: (oldestSeconds ?? 0) > LONG_UNSENT_S,
    },
    held > 0 && { is: w('held_dev', { n: held }), isBad: true },
    scanMs !== null && { is: w('scan_ms', { n: number(scanMs) }), isBad: scanMs > SLOW_SCAN_MS },
  ];
  const shown = facts.filter((fact) => fact !== false);
  const calm = shown.filter(({ isBad }) => !isBad).map(({ is }) => is);
  return (
    <div class="note row wrap" data-testid="health">
      {shown.map(({ is, isBad }) => isBad && <span class="chip ask" key={is}>{`△ ${is}`}</span>)}
      <span>{[...calm, network, appVersion].filter(Boolean).join(' · ')}</span>
    </div>
  );
}

function Seen({ board }: { board: Board }) {
  return (
    <ul class="list">
      {board.pickers.map((one) => (
        <li class="card row spread" key={one.person}>
          <a href={hrefOf({ is: 'history', of: 'person', id: one.person })}>{one.name}</a>
          <span class="chip">{one.code}</span>
        </li>
      ))}
    </ul>
  );
}

function Everyone({ board }: { board: Board }) {
  const { data, again } = useFresh(() => got(client.GET('/api/floor/access/people')), ['people'], board.at);
  const [told, setTold] = useState('');
  const unlock = async (one: PersonListed): Promise<void> => {
    await got(client.POST('/api/floor/access/people/{person}/unlock', { params: { path: { person: one.id } } }));
    setTold(`✓ ${w('unlocked', { name: one.name })}`);
    again();
  };
  const named = new Map(board.devices.map((one) => [one.id, one.name]));
  const spot = new Map(board.pickers.map((one) => [one.person, one.code]));
  const people = [...(data ?? [])]
    .filter((one) => one.active)
    .sort(
      (a, b) => Number(b.lockedUntil !== null) - Number(a.lockedUntil !== null) || b.devices.length - a.devices.length,
    );
  return (
    <>
      <p role="status">{told}</p>
      {!data && <Loading />}
      <ul class="list">
        {people.map((one) => (
          <li class={one.lockedUntil ? 'card stop' : 'card'} key={one.id} data-testid="person-row">
            <div class="row spread">
              <div class="grow">
                <a href={hrefOf({ is: 'history', of: 'person', id: one.id })}>
                  <b>{one.name}</b>
                </a>
                <div class="note">
                  {one.badge} · {one.roles.map((role) => term('role', role)).join(', ')}
                </div>
                {one.devices.length > 0 && (
                  <div class="note">
                    ● {w('signed_in')}{' '}
                    {w('on_device', { device: one.devices.map((id) => named.get(id) ?? '?').join(', ') })}
                  </div>
                )}
              </div>
              {spot.has(one.id) && <span class="chip">{spot.get(one.id)}</span>}
              {one.lockedUntil && (
                <button type="button" class="btn" onClick={() => void unlock(one)} data-testid="unlock">
                  {w('unlock')}
                </button>
              )}
            </div>
            {one.lockedUntil && <p class="chip stop">✕ {w('locked_until', { time: time(one.lockedUntil) })}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}

function Enrolment() {
  const [made, setMade] = useState<{ code: string; expiresAt: string } | null>(null);
  const [isDown, setDown] = useState(false);
  const make = (): void => {
    got(client.POST('/api/floor/access/enrolment-codes', { body: { uses: 1, minutes: 60 } })).then(
      (told) => {
        setMade(told);
        setDown(false);
      },
      () => setDown(true),
    );
  };
  const drawn = made && qrPath(`${location.origin}/?enrol=${made.code}`);
  return (
    <div class="card">
      <div class="row spread">
        <b>{w('new_device')}</b>
        <button type="button" class="btn" onClick={make} data-testid="enrolment">
          {w('make_code')}
        </button>
      </div>
      {isDown && (
        <p role="alert" class="chip stop">
          ✕ {w('offline')}
        </p>
      )}
      {made && drawn && (
        <div class="row enrolment">
          <svg
            class="qr"
            viewBox={`0 0 ${drawn.size} ${drawn.size}`}
            shape-rendering="crispEdges"
            role="img"
            aria-label={w('code_for')}
            data-testid="qr"
          >
            <rect class="white" width={drawn.size} height={drawn.size} />
            <path class="black" d={drawn.d} />
          </svg>
          <div>
            <p>{w('code_for')}</p>
            <p class="mono code" data-testid="enrolment-code">
              {made.code}
            </p>
            <p class="note">{w('code_until', { time: time(made.expiresAt) })}</p>
          </div>
        </div>
      )}
    </div>
  );
}
