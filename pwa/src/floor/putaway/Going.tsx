import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { number, t, term as unitWord, time } from '../../i18n';
import { clearFeedback, tell } from '../../kit/feedback';
import { BinCode, Button, Prompt, Screen } from '../../kit/parts';
import { useWakeLock } from '../../kit/wake';
import type { Scan } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { tellWhy } from '../signin/SignIn';
import { atBin, held, notABin, scanned, type Bin, type Proposal, type Step, type Trip } from './going';
import { giveUp, keep, putElsewhere, putHere, type Last } from './store';
import { said, term, w } from './words';

const BECAUSE = ['full', 'blocked', 'nearer', 'better'] as const;
type Leave = (done: Last | null) => void;

/** The walk to the bin: its code as large as it goes, why it was chosen, two more to choose from. */
export function Going({ trip: start, leave }: { trip: Trip; leave: Leave }) {
  const [trip, setTrip] = useState(start);
  useWakeLock();
  const done = (last: Last): void => {
    tell({ kind: 'right', head: said('done', { code: last.place }) });
    leave(last);
  };
  const take = async (step: Step, scan: Scan): Promise<void> => {
    if (step.ask !== undefined) return take(await nameBin(step.trip, scan), scan);
    if (step.feedback) tell(step.feedback);
    else clearFeedback();
    if (step.here) return done(await putHere(step.trip, step.here));
    setTrip(step.trip);
    await keep(step.trip);
  };
  useScan((scan) => take(scanned(trip, scan), scan).catch(tellWhy));
  const best = held(trip);
  if (!best) return null;
  if (trip.other)
    return <Because trip={trip} bin={trip.other} back={() => setTrip({ ...trip, other: null })} done={done} />;
  const { load } = trip.proposed;
  const [first] = load.contents;
  return (
    <Screen
      title={w('putaway')}
      back="/"
      acts={
        <Button
          id="give-up"
          onClick={() => {
            void giveUp(trip).then(() => {
              tell({ kind: 'right', head: said('given_up') });
              leave(null);
            });
          }}
        >
          {w('cancel')}
        </Button>
      }
    >
      <div class="card">
        <BinCode code={best.code} />
        <div class="note">{reasons(best)}</div>
      </div>
      <div class="card tight">
        <div class="row">
          <div class="grow">
            <b>{load.contents.length > 1 ? w('things_n', { n: load.contents.length }) : first?.name}</b>
            <div class="note">
              {[
                load.code !== first?.sku && load.code,
                first?.lot && t('lot_code', { code: first.lot }),
                first?.status === 'quality' && w('quality'),
              ]
                .filter(Boolean)
                .join(' · ')}
            </div>
          </div>
          <span class="chip">
            {number(load.quantity)} {unitWord(first?.unit ?? '')}
          </span>
        </div>
        <div class="note">{w('kept_until', { time: time(trip.proposed.expiresAt) })}</div>
      </div>
      {trip.proposed.proposals
        .filter((one) => one.place !== best.place)
        .map((one) => (
          <div class="card tight" key={one.place} data-testid="other">
            <div class="row">
              <span class="note">{w('or_here')}</span>
              <b class="mono grow">{one.code}</b>
            </div>
            <div class="note">{reasons(one)}</div>
          </div>
        ))}
      <Prompt>{w('scan_bin', { code: best.code })}</Prompt>
    </Screen>
  );
}

/** A score's parts that speak for a bin, in words; the walk first. */
function reasons(one: Proposal): string {
  const good = one.reasons.filter((reason) => Number(reason.metres) < 0 || reason.code === 'pick_face');
  return [walk(Number(one.walkM)), ...good.map((reason) => term('why', reason.code))].join(' · ');
}

const walk = (metres: number): string => (metres < 1 ? w('walk_none') : w('walk_m', { m: number(Math.round(metres)) }));

/** A code that is none of the proposals: the server says whether it is a bin. */
async function nameBin(trip: Trip, scan: Scan): Promise<Step> {
  const { matches } = await got(
    client.GET('/api/floor/work/resolve', { params: { query: { code: scan.text, expected: 'bin' } } }),
  );
  const bin = matches.find((match) => match.kind === 'bin');
  return bin ? atBin(trip, { id: bin.id, code: bin.code }) : notABin(trip, scan.text);
}

function Because({ trip, bin, back, done }: { trip: Trip; bin: Bin; back: () => void; done: (last: Last) => void }) {
  const put = async (reason: string): Promise<void> => {
    const told = await putElsewhere(trip, bin, reason);
    if ('id' in told) return done(told);
    const facts = (told as { facts?: { rules?: string[] } }).facts;
    tell({
      kind: 'wrong',
      head: said('refused', { code: bin.code }),
      lines: (facts?.rules ?? []).slice(0, 2).map((rule) => ({ key: 'a_problem', args: { text: term('rule', rule) } })),
    });
    back();
  };
  return (
    <Screen title={bin.code} back={back}>
      <h2>{w('why_other', { code: held(trip)?.code ?? '' })}</h2>
      <div class="stackbtns">
        {BECAUSE.map((one) => (
          <Button key={one} id={`because-${one}`} onClick={() => void put(one).catch(tellWhy)}>
            {w(`because_${one}`)}
          </Button>
        ))}
      </div>
    </Screen>
  );
}
