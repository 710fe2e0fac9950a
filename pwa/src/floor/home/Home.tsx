import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got, reachable } from '../../api/client';
import type { Home as Told } from '../../api/types';
import { useAnswer } from '../../api/useAnswer';
import { ago, number, t, time } from '../../i18n';
import { Prompt, Screen } from '../../kit/parts';
import { bus } from '../../scan/bus';
import { useScan } from '../../scan/useScan';
import { may, person } from '../../session/session';
import { updateNow, updateReady } from '../../update';
import { lookHere, roundsHere, type Glance } from '../pick/here';
import { Choose, type Choice } from './Choose';
import { lazy, Suspense } from '../../lazy';

/** Calls for help and clocks left running: of those whom they concern only, and after the first picture. */
const AtHome = lazy(() => import('../job/AtHome'));

/** What a scan opens is asked only once there is one; fetched with the first picture's leisure, so that it waits for nobody. */
const anything = () => import('./anything');

/** What I can do now, by urgency, and "scan anything". */
export function Home() {
  const { route } = useLocation();
  const { data } = useAnswer(() => got(client.GET('/api/floor/work/home')));
  const [choices, setChoices] = useState<Choice[] | null>(null);
  useEffect(
    () =>
      void lookHere()
        .then(anything)
        .catch(() => undefined),
    [],
  );
  useScan(async (scan) => {
    const [{ answerAnything }, rounds] = await Promise.all([anything(), lookHere()]);
    const found = await answerAnything(scan, rounds);
    if (found?.length === 1 && found[0]) route(found[0].to);
    else if (found) setChoices(found);
  });
  if (choices) return <Choose choices={choices} close={() => setChoices(null)} />;
  return (
    <Screen
      title={person.value?.name ?? t('home')}
      acts={
        <>
          <a class="btn" href="/look">
            {t('look')}
          </a>
          <a class="btn" href="/settings" data-testid="settings">
            {t('settings')}
          </a>
        </>
      }
    >
      {!reachable.value && <p class="card ask">△ {t('offline_home')}</p>}
      <CarryOn here={roundsHere.value} told={data} />
      {updateReady.value && (
        <button type="button" class="card lead" onClick={updateNow}>
          <b>{t('update_ready')}</b>
          <div class="note">{t('update_now')}</div>
        </button>
      )}
      {may('operator', 'inspector', 'receiver', 'supervisor') && (
        <Suspense>
          <AtHome />
        </Suspense>
      )}
      <Kinds told={data} />
      <Prompt waiting={bus.waiting.value}>{t('scan_anything')}</Prompt>
    </Screen>
  );
}

function CarryOn({ here, told }: { here: readonly Glance[]; told: Told | null }) {
  const local = new Set(here.map((one) => one.round));
  return (
    <>
      {here.map(({ round, number: named, done, of, totes, place, updatedAt }) => (
        <a class="card row lead" key={round} href={`/pick/${round}`} data-testid="carry-on">
          <div class="grow">
            <b>{t('carry_on', { number: String(named) })}</b>
            <div class="note">
              {t('lines_of', { done, n: of })} · {t('totes_n', { n: totes })} ·{' '}
              {t('left_ago', { age: ago(Date.now() - Date.parse(updatedAt)) })}
            </div>
          </div>
          {place && <span class="chip">{place}</span>}
        </a>
      ))}
      {told?.carryOn
        .filter((one) => !local.has(one.task))
        .map((one) => (
          <a
            class="card row lead"
            key={one.task}
            href={one.kind === 'count' ? `/count/${one.task}` : `/pick?take=${one.task}`}
          >
            <div class="grow">
              <b>{t(one.kind === 'count' ? 'carry_on_count' : 'carry_on', { number: String(one.number) })}</b>
              <div class="note">
                {t('lines_of', { done: one.done, n: one.total })}
                {one.touchedAt && ` · ${t('left_ago', { age: ago(Date.now() - Date.parse(one.touchedAt)) })}`}
              </div>
            </div>
            {one.place && <span class="chip">{one.place}</span>}
          </a>
        ))}
    </>
  );
}

function Kinds({ told }: { told: Told | null }) {
  const pick = told?.kinds.find((one) => one.kind === 'pick');
  const count = told?.kinds.find((one) => one.kind === 'count');
  const unknown = told ? '' : t(reachable.value ? 'loading' : 'offline'); // nothing is said of what waits before it is known
  return (
    <div class="grid2 tiles">
      {may('operator', 'supervisor') && <Tile href="/job" title={t('job')} note={t('job_note')} />}
      <Tile
        href="/pick"
        title={t('pick')}
        n={pick?.lines}
        note={
          pick
            ? `${t('rounds_n', { n: pick.open })}${pick.dueAt ? ` · ${t('rounds_due', { time: time(pick.dueAt) })}` : ''}`
            : unknown
        }
      />
      <Tile href="/count" title={t('count')} n={count?.open} note={count ? t('from_shorts') : unknown} />
      {may('receiver', 'supervisor') && <Receiving told={told} />}
      <Tile href="/move" title={t('move')} note={t('move_note')} />
      <Tile href="/ship" title={t('ship')} note={t('ship_note')} />
      {may('inspector', 'supervisor') && <Tile href="/inspect" title={t('inspect')} note={t('inspect_note')} />}
      {may('supervisor', 'planner') && (
        <a class={told?.exceptions ? 'tile card ask' : 'tile'} href="/board" data-testid="tile-board">
          <b>{t('board')}</b>
          <span class="note">
            {told?.exceptions ? `△ ${t('exceptions_n', { n: told.exceptions })}` : t('nothing_urgent')}
          </span>
        </a>
      )}
      {may('buyer', 'supervisor', 'planner') && <Tile href="/buying" title={t('buying')} note={t('buying_note')} />}
      {may('supervisor', 'planner') && <Tile href="/office" title={t('office')} note={t('office_note')} />}
    </div>
  );
}

/** The dock's two tiles. */
function Receiving({ told }: { told: Told | null }) {
  const due = told?.kinds.find((one) => one.kind === 'receive');
  const loads = told?.kinds.find((one) => one.kind === 'putaway');
  return (
    <>
      <Tile href="/receive" title={t('receive')} n={due?.open} note={t('receive_note')} />
      <Tile href="/putaway" title={t('putaway')} n={loads?.open} note={t('putaway_note')} />
    </>
  );
}

function Tile({ href, title, note, n }: { href: string; title: string; note: string; n?: number | undefined }) {
  return (
    <a class="tile" href={href} data-testid={`tile${href.replace('/', '-')}`}>
      <b>{title}</b>
      <span class="note">{note || t('nothing_urgent')}</span>
      {n !== undefined && <span class="n">{number(n)}</span>}
    </a>
  );
}
