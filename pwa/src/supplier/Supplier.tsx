import { Away, Ended, Page } from './parts';
import { List } from './List';
import { OrderScreen } from './Order';
import { Ship } from './Ship';
import { ended, here, offline, order, overview, refusal } from './store';

/** One screen at a time. What the link does not open is not shown at all. */
export function Supplier() {
  if (ended.value) return <Ended />;
  const { order: id, screen } = here.value;
  if (id === null) return overview.value ? <List told={overview.value} /> : <Nothing />;
  const now = order.value;
  if (now === null || now.id !== id) return <Nothing />;
  return screen === 'ship' ? <Ship order={now} /> : <OrderScreen order={now} />;
}

/** Nothing to show yet, or why there will be nothing. */
const Nothing = () => (offline.value ? <Away /> : refusal.value ? <Page title="Gemba">{null}</Page> : <Wait />);

const Wait = () => (
  <div class="screen supplier" aria-busy="true">
    <header class="bar">
      <h1>Gemba</h1>
    </header>
    <main>
      <div class="card ghost" />
      <div class="card ghost" />
    </main>
  </div>
);
