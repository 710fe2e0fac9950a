import './board.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { client, got, reachable } from '../../api/client';
import { time } from '../../i18n';
import { useLocation } from 'preact-iso';
import { useScan } from '../../scan/useScan';
import { may } from '../../session/session';
import { AislePanel } from './Aisle';
import { Bay } from './Bay';
import { Erp } from './Erp';
import { Exceptions } from './Exceptions';
import { Figures } from './Figures';
import { find } from './find';
import { PaceList, WaitingList } from './Lists';
import { Legend } from './Legend';
import { FloorMap } from './Map';
import { Orders } from './Orders';
import { People } from './People';
import { bayCode, byBay, planOf, type BayAt, type Plan } from './plan';
import { RoundPanel, Rounds } from './Rounds';
import { Found, Search } from './Search';
import { openBoard, ready, type BoardState } from './state';
import { Chips, Late, Machines, OpenCalls, Service, Walks, type Day, type Shop } from './Today';
import { HistoryPanel } from './Trace';
import type { Board as Told } from './types';
import { useFresh } from './useFresh';
import { Waves } from './Waves';
import { useView, type View } from './view';
import { w } from './words';

/** For those who may read it; anyone else is at home elsewhere. */
export default function Board() {
  const { route } = useLocation();
  const isAllowed = may('supervisor', 'planner');
  useEffect(() => {
    if (!isAllowed) route('/', true);
  }, [isAllowed]);
  return isAllowed ? <Floor /> : null;
}

/** The supervisor's page: the map, the figures, and beside them the list of whatever was asked for. */
function Floor() {
  const state = useMemo(openBoard, []);
  useEffect(() => state.start(), [state]);
  const { view, go } = useView();
  const site = useFresh(() => ready().then(() => got(client.GET('/api/floor/catalog/site'))), ['site'], '');
  const plan = useMemo(() => (site.data ? planOf(site.data.plan) : null), [site.data]);
  useScan((scan) => find(scan.text, go));
  const board = state.board.value;
  const at = board?.at ?? '';
  const day = useFresh<Day>(() => ready().then(() => got(client.GET('/api/floor/trace/day'))), ['day'], at).data;
  const shop = useFresh<Shop>(() => ready().then(() => got(client.GET('/api/floor/mes/board'))), ['shop'], at).data;
  return (
    <div class="office">
      <header class="bar">
        <h1>
          {w('floor')}
          {board && <span class="site"> · {board.site}</span>}
        </h1>
        <Chips day={day} shop={shop} />
        <Search go={go} />
        <span class="liveness" role="status" data-testid="liveness" data-live={state.isLive.value}>
          <i class={state.isLive.value && reachable.value ? 'dot' : 'dot off'} />
          <span>
            {state.isLive.value && reachable.value ? w('live') : reachable.value ? w('polling') : w('offline')}
            {board && (
              <>
                <br />
                <span class="note">{w('as_of', { time: time(board.at) })}</span>
              </>
            )}
          </span>
        </span>
        <a class="btn screenonly" href="/">
          {w('home')}
        </a>
      </header>
      <main class={view.is === 'figures' ? '' : 'with-panel'}>
        {board && plan ? (
          <Whole state={state} board={board} plan={plan} view={view} go={go} day={day} shop={shop} />
        ) : (
          <p class="card">{state.error.value || site.error ? w('offline') : w('loading')}</p>
        )}
      </main>
    </div>
  );
}

type Shown = {
  state: BoardState;
  board: Told;
  plan: Plan;
  view: View;
  go: (to: View) => void;
  day: Day | null;
  shop: Shop | null;
};

function Whole({ state, board, plan, view, go, day, shop }: Shown) {
  const [chosen, setChosen] = useState<BayAt | null>(null);
  const shown =
    view.is === 'bay' ? { aisle: view.aisle, bay: view.bay, code: bayCode(plan, view.aisle, view.bay) } : chosen;
  return (
    <>
      <section class="card mapcard" aria-label={w('map')}>
        <FloorMap
          plan={plan}
          board={board}
          chosen={shown}
          round={view.is === 'round' ? view.id : null}
          mark={setChosen}
          go={go}
        />
        <Legend />
      </section>
      <Beside state={state} board={board} plan={plan} view={view} go={go} day={day} shop={shop} />
      <Figures board={board} exceptions={state.exceptions.value} day={day} shop={shop} />
    </>
  );
}

function Beside({ state, board, plan, view, go, day, shop }: Shown) {
  if (view.is === 'exceptions') return <Exceptions state={state} now={Date.parse(board.at)} />;
  if (view.is === 'rounds') return <Rounds board={board} />;
  if (view.is === 'round') return <RoundPanel id={view.id} board={board} />;
  if (view.is === 'orders') return <Orders board={board} touch={state.touch} go={go} />;
  if (view.is === 'people') return <People board={board} />;
  if (view.is === 'pace') return <PaceList board={board} />;
  if (view.is === 'waiting') return <WaitingList heat={byBay(plan, board.bins)} />;
  if (view.is === 'waves') return <Waves board={board} touch={state.touch} />;
  if (view.is === 'service') return <Service day={day} />;
  if (view.is === 'walks') return <Walks day={day} />;
  if (view.is === 'late') return <Late day={day} />;
  if (view.is === 'machines') return <Machines shop={shop} />;
  if (view.is === 'calls') return <OpenCalls shop={shop} />;
  if (view.is === 'erp') return <Erp board={board} />;
  if (view.is === 'aisle') return <AislePanel aisle={view.aisle} plan={plan} board={board} touch={state.touch} />;
  if (view.is === 'bay')
    return <Bay aisle={view.aisle} bay={view.bay} code={bayCode(plan, view.aisle, view.bay)} at={board.at} />;
  if (view.is === 'trace') return <Found />;
  if (view.is === 'history') return <HistoryPanel of={view.of} id={view.id} at={board.at} />;
  return null;
}
