import { Away, Ended } from './parts';
import { List } from './List';
import { OrderScreen } from './Order';
import { Ship } from './Ship';
import { ended, here, offline, order, overview } from './store';

/** One screen at a time. What the link does not open is not shown at all. */
export function Supplier() {
  if (ended.value) return <Ended />;
  const { order: id, screen } = here.value;
  if (id === null) return overview.value ? <List told={overview.value} /> : offline.value ? <Away /> : <Wait />;
  const now = order.value;
  if (now === null || now.id !== id) return offline.value ? <Away /> : <Wait />;
  return screen === 'ship' ? <Ship order={now} /> : <OrderScreen order={now} />;
}

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
