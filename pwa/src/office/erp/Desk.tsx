import './desk.css';
import { useLocation, useRoute } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { got } from '../../api/client';
import { may } from '../../session/session';
import { Books } from './Books';
import { Concerns } from './Concerns';
import { core, useRead } from './core';
import { Item, ItemList } from './Items';
import { LinkHealth } from './LinkHealth';
import { Partner, PartnerList } from './Partners';
import { PurchaseList, PurchaseOrder } from './Purchases';
import { SalesList, SalesOrder } from './Sales';
import { w, type OfficeKey } from './words';
import { WorkList, WorkOrder } from './WorkOrders';

const ROOMS = ['sales', 'purchases', 'work', 'items', 'partners', 'books', 'attention', 'link'] as const;
type Room = (typeof ROOMS)[number];
const NAMES = {
  sales: 'sales',
  purchases: 'purchases',
  work: 'work_orders',
  items: 'items',
  partners: 'partners',
  books: 'books',
  attention: 'attention',
  link: 'link',
} as const satisfies Record<Room, OfficeKey>;

/** The office's desk: what is wanted and what it is worth. Everything here is the core's; places are the floor's. */
export default function Desk() {
  const { route } = useLocation();
  const { params } = useRoute();
  const isAllowed = may('supervisor', 'planner', 'admin');
  useEffect(() => {
    if (!isAllowed) route('/', true);
  }, [isAllowed]);
  if (!isAllowed) return null;
  const room = ROOMS.find((one) => one === params['room']) ?? 'sales';
  return <Frame room={room} id={params['id'] ?? ''} />;
}

function Frame({ room, id }: { room: Room; id: string }) {
  const concerns = useRead(
    () => got(core.GET('/api/core/concerns', { params: { query: { size: 1 } } })),
    ['concerns-n'],
  );
  const open = concerns.data?.total ?? 0;
  return (
    <div class="desk">
      <header class="bar">
        <h1>{w('office')}</h1>
        <a class="btn" href="/board">
          {w('floor')}
        </a>
        <a class="btn" href="/">
          {w('home')}
        </a>
      </header>
      <nav class="rooms" aria-label={w('office')}>
        {ROOMS.map((one) => (
          <a
            key={one}
            href={`/office/${one}`}
            aria-current={one === room ? 'page' : undefined}
            data-testid={`room-${one}`}
          >
            {w(NAMES[one])}
            {one === 'attention' && open > 0 && <span class="chip"> △ {open}</span>}
          </a>
        ))}
        <a href="/buying">{w('answers')}</a>
      </nav>
      <main>{id ? <One room={room} id={id} /> : <All room={room} />}</main>
    </div>
  );
}

function All({ room }: { room: Room }) {
  if (room === 'purchases') return <PurchaseList />;
  if (room === 'work') return <WorkList />;
  if (room === 'items') return <ItemList />;
  if (room === 'partners') return <PartnerList />;
  if (room === 'books') return <Books />;
  if (room === 'attention') return <Concerns />;
  if (room === 'link') return <LinkHealth />;
  return <SalesList />;
}

function One({ room, id }: { room: Room; id: string }) {
  if (room === 'purchases') return <PurchaseOrder id={id} />;
  if (room === 'work') return <WorkOrder id={id} />;
  if (room === 'items') return <Item id={id} />;
  if (room === 'partners') return <Partner key={id} id={id} />;
  if (room === 'sales') return <SalesOrder id={id} />;
  return <All room={room} />;
}
