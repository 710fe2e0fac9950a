import { useState } from 'preact/hooks';
import { got } from '../../api/client';
import { number } from '../../i18n';
import { DateInput } from '../../kit/DateInput';
import { core, useRead, why, type Schemas } from './core';
import { amount, Card, Facts, money, on, Table } from './parts';
import { term, w } from './words';

type Answer = Schemas['Acceptance'];
type Promised = Schemas['LinePromise'];

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Can this order be accepted? One question that writes nothing: when, at what cost and margin, within the credit, and why not. */
export function Accept() {
  const partners = useRead(
    () => got(core.GET('/api/core/partners', { params: { query: { kind: 'customer', size: 200 } } })),
    ['partners'],
  );
  const [customer, setCustomer] = useState('');
  const [sku, setSku] = useState('');
  const [quantity, setQuantity] = useState('1');
  const [wantedOn, setWantedOn] = useState(inDays(7));
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [trouble, setTrouble] = useState('');
  const customers = partners.data?.items ?? [];
  const ask = async (event: Event): Promise<void> => {
    event.preventDefault();
    setTrouble('');
    try {
      const body = {
        customer: customer || (customers[0]?.number ?? ''),
        wantedOn,
        lines: [{ sku: sku.trim(), quantity, unit: '' }],
      };
      setAnswer(await got(core.POST('/api/core/promise', { body })));
    } catch (error) {
      setAnswer(null);
      setTrouble(why(error) === '?' ? w('offline') : why(error));
    }
  };
  return (
    <Card title={w('can_accept')} id="accept">
      <form class="asking" onSubmit={(event) => void ask(event)}>
        <label class="field">
          <span>{w('customer')}</span>
          <select value={customer || customers[0]?.number} onChange={(event) => setCustomer(event.currentTarget.value)}>
            {customers.map((one) => (
              <option key={one.number} value={one.number}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{w('item')}</span>
          <input
            name="sku"
            value={sku}
            maxLength={64}
            autoCapitalize="characters"
            onInput={(event) => setSku(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{w('quantity')}</span>
          <input
            name="quantity"
            inputMode="decimal"
            pattern="[0-9]+([.][0-9]+)?"
            value={quantity}
            onInput={(event) => setQuantity(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{w('wanted_on')}</span>
          <DateInput
            name="wanted"
            said={on(wantedOn)}
            value={wantedOn}
            onInput={(event) => setWantedOn(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="btn go" disabled={!sku.trim() || !quantity} data-testid="ask">
          {w('ask')}
        </button>
      </form>
      {trouble && (
        <p class="trouble" role="alert">
          ✕ {trouble}
        </p>
      )}
      {answer && <Verdict answer={answer} />}
    </Card>
  );
}

/** A reason in the reader's language, with what it is about; one that is new here in the server's own words. */
function told(reason: Schemas['Reason'], { credit, lines }: Answer): string {
  const line = lines.find((one) => one.line === reason.line);
  const facts = {
    sku: line?.sku ?? '',
    date: on(line?.date),
    pieces: amount(line?.pieces),
    revision: line?.revision ?? '–',
    limit: money(credit.limit),
    over: money(String(-Number(credit.left ?? 0))),
    below: money(String(-Number(line?.margin ?? 0))),
  };
  const says = term('why', reason.code, facts);
  return says === reason.code.replaceAll('_', ' ') ? reason.text : says;
}

function Verdict({ answer }: { answer: Answer }) {
  const { credit } = answer;
  return (
    <div data-testid="verdict" role="status">
      <p class={answer.accepted ? 'verdict yes' : 'verdict no'}>
        {answer.accepted ? `✓ ${w('can_be_accepted')}` : `✕ ${w('cannot_be_accepted')}`}
      </p>
      <Facts
        of={[
          [w('possible_on'), on(answer.date)],
          [w('revenue'), money(answer.revenue)],
          [w('cost'), money(answer.cost)],
          [
            w('margin'),
            answer.marginPercent === null
              ? money(answer.margin)
              : `${money(answer.margin)} (${number(answer.marginPercent)} %)`,
          ],
          [w('credit_left'), credit.limit === null ? w('no_limit') : `${money(credit.left)} / ${money(credit.limit)}`],
        ]}
      />
      {answer.reasons.length > 0 && (
        <ul class="reasons">
          {answer.reasons.map((one) => (
            <li key={`${one.code}${one.line ?? ''}`}>
              {one.blocking ? '✕' : '△'} {told(one, answer)}
            </li>
          ))}
        </ul>
      )}
      <Table<Promised>
        name={w('lines')}
        rows={answer.lines}
        id={(line) => String(line.line)}
        columns={[
          { head: w('item'), cell: (line) => `${line.sku} · ${line.name}` },
          {
            head: w('versions'),
            cell: (line) =>
              [line.revision, line.bomRevision, line.costVersion && w('cost_v', { n: String(line.costVersion) })]
                .filter(Boolean)
                .join(' · '),
          },
          { head: w('on_hand'), cell: (line) => amount(line.onHand), num: true },
          { head: w('free_now'), cell: (line) => amount(line.availableNow), num: true },
          { head: w('possible_on'), cell: (line) => on(line.date), num: true },
          { head: w('margin'), cell: (line) => money(line.margin), num: true },
        ]}
      />
    </div>
  );
}
