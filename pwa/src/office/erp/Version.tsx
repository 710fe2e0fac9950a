import { useState } from 'preact/hooks';
import { DateInput } from '../../kit/DateInput';
import { core, type Schemas } from './core';
import { amount, Card, Do, money, on, Table } from './parts';
import { w } from './words';

type Order = Schemas['PurchaseOrderFacts'];
type Answer = Schemas['SupplierAnswer'];
type Line = Schemas['PurchaseOrderLine'];

interface Offer {
  line: number;
  schedule: readonly { quantity: string; promisedOn: string; price: string | null }[];
}

interface Wanted {
  quantity: string;
  wantedOn: string;
  price: string;
  keep: boolean;
}

const OPEN = ['released', 'answered', 'agreed'];

/** The order as its next version shall have it; it begins with what the supplier offered, where the buyer said no to that. */
export function NextVersion({ order, again }: { order: Order; again: () => void }) {
  const [isOpen, setOpen] = useState(false);
  if (!OPEN.includes(order.state)) return null;
  const asked = order.answers.filter((one) => one.state === 'countered' && one.version === order.version).at(-1);
  return (
    <Card title={w('next_version', { n: String(order.version + 1) })} id="next-version">
      {asked && (
        <p class="late">
          △ {w('version_asked')}
          {asked.note && (
            <>
              : <q>{asked.note}</q>
            </>
          )}
        </p>
      )}
      {isOpen ? (
        <Form
          order={order}
          asked={asked}
          done={() => {
            setOpen(false);
            again();
          }}
        />
      ) : (
        <div class="acts">
          <button
            type="button"
            class={asked ? 'btn go' : 'btn'}
            data-testid="begin-version"
            onClick={() => setOpen(true)}
          >
            {w('write_version')}
          </button>
        </div>
      )}
    </Card>
  );
}

function Form({ order, asked, done }: { order: Order; asked: Answer | undefined; done: () => void }) {
  const offers = new Map(offered(asked).map((one) => [one.line, one]));
  const lines = order.lines.filter((line) => !line.cancelled);
  const [wanted, setWanted] = useState(
    () => new Map(lines.map((line) => [line.line, begin(line, offers.get(line.line))])),
  );
  const change = (line: number, change: Partial<Wanted>): void =>
    setWanted((before) => new Map([...before, [line, { ...before.get(line)!, ...change }]]));
  const body = {
    number: order.number,
    lines: lines.flatMap((line) => {
      const one = wanted.get(line.line)!;
      return one.keep
        ? [
            {
              line: line.line,
              sku: line.sku,
              revision: line.revision,
              quantity: one.quantity,
              wantedOn: one.wantedOn,
              price: one.price,
            },
          ]
        : [];
    }),
  };
  const isWhole =
    body.lines.length > 0 &&
    body.lines.every((one) => Number(one.quantity) > 0 && one.wantedOn && Number(one.price) >= 0);
  return (
    <>
      <Table<Line>
        name={w('lines')}
        rows={lines}
        id={(line) => String(line.line)}
        columns={[
          {
            head: '#',
            cell: (line) => (
              <label class="tick">
                <input
                  type="checkbox"
                  checked={wanted.get(line.line)!.keep}
                  onChange={(event) => change(line.line, { keep: event.currentTarget.checked })}
                />{' '}
                {line.line}
              </label>
            ),
          },
          {
            head: w('item'),
            cell: (line) => (
              <>
                {line.sku}
                <div class="note">{line.name}</div>
              </>
            ),
          },
          {
            head: w('ordered_now'),
            cell: (line) => (
              <>
                {amount(line.quantity, line.unit)} · {on(line.wantedOn)} · {money(line.price)}
              </>
            ),
          },
          {
            head: w('offered'),
            cell: (line) =>
              offers.get(line.line)?.schedule.map((part) => (
                <div key={part.promisedOn}>
                  {amount(part.quantity)} · {on(part.promisedOn)}
                  {part.price !== null && ` · ${money(part.price)}`}
                </div>
              )) ?? '–',
          },
          {
            head: w('quantity'),
            cell: (line) => (
              <Entry
                name={`${w('quantity')} ${line.line}`}
                value={wanted.get(line.line)!.quantity}
                take={(quantity) => change(line.line, { quantity })}
              />
            ),
          },
          {
            head: w('wanted_on'),
            cell: (line) => (
              <Entry
                name={`${w('wanted_on')} ${line.line}`}
                type="date"
                value={wanted.get(line.line)!.wantedOn}
                take={(wantedOn) => change(line.line, { wantedOn })}
              />
            ),
          },
          {
            head: w('price'),
            cell: (line) => (
              <Entry
                name={`${w('price')} ${line.line}`}
                value={wanted.get(line.line)!.price}
                take={(price) => change(line.line, { price })}
              />
            ),
          },
        ]}
      />
      <div class="acts">
        <Do
          kind="go"
          id="send-version"
          disabled={!isWhole}
          label={w('release_version', { n: String(order.version + 1) })}
          done={done}
          send={(headers) => core.POST('/api/core/purchase-orders/revise', { body, headers })}
        />
      </div>
    </>
  );
}

/** One field of a line. */
export function Entry({
  name,
  value,
  take,
  type = 'text',
}: {
  name: string;
  value: string;
  take: (value: string) => void;
  type?: 'text' | 'date';
}) {
  const common = {
    class: 'entry',
    'aria-label': name,
    value,
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) =>
      take(event.currentTarget.value.replace(',', '.')),
  };
  return type === 'date' ? (
    <DateInput {...common} said={on(value)} />
  ) : (
    <input {...common} type="text" inputMode="decimal" maxLength={20} />
  );
}

function begin(line: Line, offer: Offer | undefined): Wanted {
  const last = offer?.schedule.at(-1);
  if (!offer || !last) return { quantity: line.quantity, wantedOn: line.wantedOn, price: line.price, keep: true };
  const hundredths = offer.schedule.reduce((sum, part) => sum + Math.round(Number(part.quantity) * 10_000), 0);
  return {
    quantity: String(hundredths / 10_000),
    wantedOn: last.promisedOn,
    price: last.price ?? line.price,
    keep: true,
  };
}

function offered(answer: Answer | undefined): readonly Offer[] {
  const lines: unknown = answer?.content['lines'];
  return Array.isArray(lines) ? (lines as Offer[]) : [];
}
