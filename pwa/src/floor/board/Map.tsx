import { useRef } from 'preact/hooks';
import { ago, time } from '../../i18n';
import {
  bayAt,
  bayBox,
  byBay,
  flip,
  heatPaths,
  initials,
  racksPath,
  spots,
  stepped,
  trail,
  walkway,
  type Area,
  type Arrow,
  type BayAt,
  type Plan,
} from './plan';
import type { Board } from './types';
import { hrefOf, type View } from './view';
import { term, w } from './words';

const ARROWS: readonly string[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];
const MARK = 1.15; // metres: the radius of a person's mark

/** The floor as it is walked: racks, heat by lines that wait, people where they last scanned, the ways of their rounds. */
export function FloorMap({
  plan,
  board,
  chosen,
  round,
  mark,
  go,
}: {
  plan: Plan;
  board: Board;
  chosen: BayAt | null;
  round: string | null;
  mark: (bay: BayAt) => void;
  go: (view: View) => void;
}) {
  const drawing = useRef<SVGSVGElement>(null);
  const { bounds } = plan;
  const heat = byBay(plan, board.bins);
  const lines = heat.reduce((sum, one) => sum + one.lines, 0);
  const open = (bay: BayAt | null): void => {
    if (!bay) return;
    mark(bay);
    go({ is: 'bay', aisle: bay.aisle, bay: bay.bay });
  };
  const onClick = (event: MouseEvent): void => {
    const ctm = drawing.current?.getScreenCTM();
    if (!ctm || (event.target as Element).closest('a')) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(ctm.inverse());
    open(bayAt(plan, x, y));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as Element).closest('a')) return;
    const first = plan.racks[0];
    const at = chosen ?? (first ? { aisle: first.aisle, bay: first.bays[0] ?? 1, code: '' } : null);
    if (!at || (!ARROWS.includes(event.key) && event.key !== 'Enter')) return;
    event.preventDefault();
    if (event.key === 'Enter') open(at);
    else mark(chosen ? stepped(plan, at, event.key as Arrow) : at);
  };
  const at = chosen ? bayBox(plan, chosen.aisle, chosen.bay) : null;
  return (
    <div
      class="mapbox"
      role="application"
      tabIndex={0}
      aria-label={`${w('map')}. ${w('keyboard_hint')}`}
      onKeyDown={onKeyDown}
      data-testid="map"
    >
      <svg
        ref={drawing}
        class="floormap"
        viewBox={`${bounds.x - 0.5} ${bounds.y - 0.5} ${bounds.width + 1} ${bounds.depth + 1}`}
        preserveAspectRatio="xMidYMid meet"
        onClick={onClick}
      >
        <title>{w('map_says', { lines, bays: heat.length, people: board.pickers.length })}</title>
        <Areas plan={plan} />
        <path class="racks" d={racksPath(plan)} />
        {heatPaths(plan, heat).map((d, place) => d && <path class={`heat heat${place + 1}`} d={d} key={place} />)}
        <Shut plan={plan} board={board} />
        {plan.aisles.map((aisle, place) => (
          <a
            class="aislelink"
            key={aisle.code}
            href={hrefOf({ is: 'aisle', aisle: place })}
            aria-label={w('aisle', { code: aisle.code })}
            data-testid="aisle"
          >
            <rect x={aisle.x - 1.4} y={flip(plan, -0.4)} width="2.8" height="2.3" rx="0.4" />
            <text class="aislecode" x={aisle.x} y={flip(plan, -2.1)}>
              {aisle.code}
            </text>
          </a>
        ))}
        {board.paths
          .filter((path) => !round || path.task === round)
          .map((path) => (
            <Trail key={path.task} plan={plan} board={board} path={path} />
          ))}
        {at && (
          <rect
            class="chosen"
            x={at.x - 0.15}
            y={flip(plan, at.y + at.depth) - 0.15}
            width={at.width + 0.3}
            height={at.depth + 0.3}
          />
        )}
        <Crowded plan={plan} board={board} />
        {spots(plan, board.pickers, MARK * 2.1).map((one) => {
          const says = w('seen_at', {
            name: one.name,
            code: one.code,
            age: ago(Date.parse(board.at) - Date.parse(one.at)),
          });
          return (
            <a
              key={one.person}
              class={`person ${one.task ? '' : 'idle'} ${/\p{Script=Han}/u.test(one.name) ? 'han' : ''}`}
              href={hrefOf(one.task ? { is: 'round', id: one.task } : { is: 'history', of: 'person', id: one.person })}
              aria-label={says}
              data-testid="person"
            >
              <title>{says}</title>
              <circle cx={one.cx} cy={one.cy} r={MARK} />
              <text x={one.cx} y={one.cy}>
                {initials(one.name)}
              </text>
            </a>
          );
        })}
      </svg>
      <p class="unseen" aria-live="polite">
        {chosen
          ? `${w('bay', { code: chosen.code })}: ${w('lines_n', { n: heat.find((one) => one.aisle === chosen.aisle && one.bay === chosen.bay)?.lines ?? 0 })}`
          : ''}
      </p>
    </div>
  );
}

/** Closed aisles: hatched and crossed, with the reason. */
function Shut({ plan, board }: { plan: Plan; board: Board }) {
  return (
    <g class="shutaisles">
      <defs>
        <pattern id="hatch" width="0.9" height="0.9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatchback" width="0.9" height="0.9" />
          <rect class="hatchline" width="0.35" height="0.9" />
        </pattern>
      </defs>
      {board.closed.map((one) => {
        const way = walkway(plan, one.aisle, one.block);
        if (!way) return null;
        const says = w('closed_by', { why: one.reason, name: one.person, time: time(one.since) });
        return (
          <g
            key={`${one.aisle}/${one.block}`}
            role="img"
            aria-label={`${w('aisle', { code: plan.aisles[one.aisle]?.code ?? '' })}: ${says}`}
            data-testid="shut"
          >
            <title>{says}</title>
            <rect class="hatched" x={way.x} y={flip(plan, way.y + way.depth)} width={way.width} height={way.depth} />
            <text class="shutsign" x={way.x + way.width / 2} y={flip(plan, way.y + way.depth / 2)}>
              ✕
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** Where two or more people with rounds are in one aisle. */
function Crowded({ plan, board }: { plan: Plan; board: Board }) {
  return (
    <>
      {board.crowded.map((one) => {
        const way = walkway(plan, one.aisle, one.block);
        if (!way) return null;
        const says = w('crowded_by', { n: one.people.length, names: one.people.join(', ') });
        return (
          <g key={`${one.aisle}/${one.block}`} role="img" aria-label={says} data-testid="crowded">
            <title>{says}</title>
            <rect
              class="crowd"
              x={way.x}
              y={flip(plan, way.y + way.depth)}
              width={way.width}
              height={way.depth}
              rx="0.3"
            />
            <text class="crowdsign" x={way.x + way.width / 2} y={flip(plan, way.y + way.depth) + 1.6}>
              △
            </text>
          </g>
        );
      })}
    </>
  );
}

/** An area in the reader's language, by the code the demo's areas bear; the site's own name otherwise. */
function areaName(area: Area): string {
  const stem = area.code.replace(/-\d+$/, '');
  const told = term('area', stem);
  return told === stem ? area.name : told;
}

function Areas({ plan }: { plan: Plan }) {
  return (
    <g class="areas">
      {plan.areas.map((area) => (
        <rect
          key={area.code}
          class={`area ${area.kind}`}
          x={area.x}
          y={flip(plan, area.y + area.depth)}
          width={area.width}
          height={area.depth}
          rx="0.2"
        >
          <title>{`${areaName(area)} ${area.code}`}</title>
        </rect>
      ))}
      {[...new Map(plan.areas.map((area) => [area.name, area])).values()].map((area) => {
        const same = plan.areas.filter((one) => one.name === area.name);
        const left = Math.min(...same.map((one) => one.x));
        const right = Math.max(...same.map((one) => one.x + one.width));
        return (
          <text
            key={area.name}
            class="areaname"
            x={(left + right) / 2}
            y={flip(plan, Math.min(...same.map((one) => one.y))) + 1.35}
          >
            {areaName(area)}
          </text>
        );
      })}
    </g>
  );
}

function Trail({ plan, board, path }: { plan: Plan; board: Board; path: Board['paths'][number] }) {
  const who = board.pickers.find((one) => one.task === path.task);
  // Who has not picked of it yet stands somewhere else for another reason.
  const isBegun = (board.rounds.find((one) => one.id === path.task)?.done ?? 0) > 0;
  const { walked, ahead } = trail(
    plan,
    path.legs,
    isBegun && who && who.x !== null && who.y !== null ? [who.x, who.y] : null,
  );
  return (
    <>
      {walked && <path class="way" d={walked} />}
      {ahead && <path class="way ahead" d={ahead} />}
    </>
  );
}
