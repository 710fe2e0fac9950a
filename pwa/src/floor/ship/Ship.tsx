import { useLocation } from 'preact-iso';
import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { number, t, term, time } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Prompt, Screen } from '../../kit/parts';
import { outbox, uuid7 } from '../../outbox';
import { useScan } from '../../scan/useScan';
import { orderOf } from './scan';

/** Orders whose totes stand at the packing place, and the step that lets one leave. */
export default function Ship({ id }: { id?: string }) {
  return id ? <Order id={id} /> : <Ready />;
}

function useShipScan(): void {
  const { route } = useLocation();
  useScan(async (scan) => {
    const order = await orderOf(scan);
    if (order) route(`/ship/${order}`);
  });
}

function Ready() {
  useShipScan();
  const { data } = useAnswer(() =>
    got(client.GET('/api/floor/shipping/orders', { params: { query: { states: 'picked' } } })),
  );
  return (
    <Screen title={t('ship_orders')} back="/">
      {data?.length === 0 && (
        <div class="shut">
          <h2>{t('ship_none')}</h2>
        </div>
      )}
      <div class="stackbtns">
        {data?.map((order) => (
          <a class="card row" key={order.id} href={`/ship/${order.id}`} data-testid="order">
            <div class="grow">
              <b>{order.number}</b>
              <div class="note">
                {order.customer} · {order.carrier}
              </div>
            </div>
            <span class="chip">{t('due_at', { time: time(order.dueAt) })}</span>
          </a>
        ))}
      </div>
      <Prompt>{t('ship_scan')}</Prompt>
    </Screen>
  );
}

function Order({ id }: { id: string }) {
  const { route } = useLocation();
  useShipScan();
  const { data } = useAnswer(
    () => got(client.GET('/api/floor/shipping/orders/{order_id}', { params: { path: { order_id: id } } })),
    [id],
  );
  if (!data)
    return (
      <Screen title={t('ship')} back="/ship">
        <p>{t('loading')}</p>
      </Screen>
    );
  const ship = async (): Promise<void> => {
    await outbox.record([{ id: uuid7(), type: 'ship.confirm', task: null, payload: { order: id } }]);
    tell({ kind: 'right', head: { key: 'ship_done', args: { number: data.number } } });
    route('/ship');
  };
  return (
    <Screen
      title={data.number}
      back="/ship"
      acts={
        data.state === 'picked' ? (
          <Button kind="go" id="ship" onClick={() => void ship()}>
            {t('ship_confirm', { number: data.number })}
          </Button>
        ) : undefined
      }
    >
      <dl class="facts card">
        <dt>{t('customer')}</dt>
        <dd>
          {data.customer}
          {data.address.map((line) => (
            <div class="note" key={line}>
              {line}
            </div>
          ))}
        </dd>
        <dt>{t('carrier')}</dt>
        <dd>{data.carrier}</dd>
        <dt>{t('ship_state')}</dt>
        <dd>{term(data.state)}</dd>
        <dt>{t('totes')}</dt>
        <dd>{data.totes.map((tote) => `${tote.code} · ${tote.place}`).join(', ') || '–'}</dd>
      </dl>
      <ul class="list">
        {data.lines.map((line) => (
          <li class="card row" key={line.id}>
            <div class="grow">
              <b>{line.name}</b>
              <div class="note">
                {line.sku}
                {line.whyNot && ` · ${line.whyNot}`}
              </div>
            </div>
            <span class={`chip ${Number(line.shorted) > 0 ? 'ask' : ''}`}>
              {number(line.picked)} / {number(line.wanted)} {term(line.unit)}
            </span>
          </li>
        ))}
      </ul>
    </Screen>
  );
}
