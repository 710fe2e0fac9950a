import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { ago, number } from '../../i18n';
import { Screen } from '../../kit/parts';
import type { components } from '../../api/schema';
import { CallCard } from './Calls';
import { chip, reasonName, stateSign } from './Station';
import { w, word } from './words';
import './job.css';

type Centre = components['schemas']['BoardCentre'];
type Reasons = components['schemas']['JobsBoard']['reasons'];

/** The supervisor's look: open calls first, then every line with what its work centres do or why they stand. */
export default function Board() {
  const { data, again } = useAnswer(() => got(client.GET('/api/floor/mes/board')), [], 5_000);
  const lines = [...new Set(data?.centres.map((one) => one.line))];
  return (
    <Screen title={w('board')} back="/job">
      {data?.calls.map((call) => (
        <CallCard key={call.id} call={call} done={() => setTimeout(again, 400)} />
      ))}
      {lines.map((line) => (
        <section key={line}>
          <h2>{line}</h2>
          <div class="boardgrid">
            {data?.centres
              .filter((one) => one.line === line)
              .map((one) => (
                <Cell key={one.id} centre={one} reasons={data.reasons} />
              ))}
          </div>
        </section>
      ))}
    </Screen>
  );
}

/** OEE of the shift so far where something came out, and the minutes it is made of. */
function effect(told: NonNullable<Centre['oee']>): string {
  const minutes = (value: string): string => number(Math.round(Number(value)));
  return [
    told.oee !== null && w('board_oee', { n: number(Math.round(100 * Number(told.oee))) }),
    w('board_ran', { run: minutes(told.run), planned: minutes(told.planned) }),
    Number(told.stopped) >= 1 && w('board_stood', { n: minutes(told.stopped) }),
  ]
    .filter(Boolean)
    .join(' · ');
}

function Cell({ centre, reasons }: { centre: Centre; reasons: Reasons }) {
  const since = centre.since && centre.state !== 'idle' ? ago(Date.now() - Date.parse(centre.since)) : '';
  return (
    <div
      class={`card tight cell ${centre.state === 'stopped' ? 'stop' : centre.state === 'running' ? 'lead' : ''}`}
      data-testid="board-centre"
    >
      <div class="row">
        <b class="grow">{centre.code}</b>
        <span class={`chip ${chip(centre.state)}`}>
          {stateSign(centre.state)} {word('state', centre.state)}
        </span>
      </div>
      <div class="note">{centre.name}</div>
      {centre.number && (
        <div>
          <b>{centre.number}</b> {number(centre.good)}/{number(centre.target)}
          <div class="note">{centre.item}</div>
        </div>
      )}
      <div class="note">
        {[
          centre.people.join(', '),
          centre.reason && reasonName({ reasons }, centre.state === 'stopped' ? 'stop' : 'pause', centre.reason),
          since,
          w('waiting_n', { n: centre.waiting }),
        ]
          .filter(Boolean)
          .join(' · ')}
        {centre.oee && Number(centre.oee.run) + Number(centre.oee.stopped) > 0 && (
          <div data-testid="oee">{effect(centre.oee)}</div>
        )}
        {centre.late > 0 && <span class="chip stop"> △ {w('board_late', { n: centre.late })}</span>}
      </div>
    </div>
  );
}
