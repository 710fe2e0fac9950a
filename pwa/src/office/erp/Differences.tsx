import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { time } from '../../i18n';
import { useRead } from './core';
import { amount, Card, Do, Shown } from './parts';
import { w } from './words';

/** What floor and ERP count differently, item by item, and what a person decides: the ERP books it, or it is left. */
export function Differences() {
  const read = useRead(() => got(client.GET('/api/floor/link/erp')), ['erp']);
  return (
    <Card title={w('stock_compared')} id="differences">
      <Shown read={read}>
        {(told) => {
          const open = told.differences.filter((one) => one.kind === 'stock');
          const run = told.reconciliation;
          return (
            <>
              <div class="acts">
                <Do
                  id="compare"
                  label={w('compare_now')}
                  done={read.again}
                  send={() => client.POST('/api/floor/link/reconcile', { headers: key() })}
                />
                <span class="note">
                  {!run
                    ? w('never_compared')
                    : !run.endedAt
                      ? w('comparing')
                      : run.error
                        ? `△ ${run.error}`
                        : w('compared', {
                            n: run.compared,
                            differ: run.differing,
                            left: run.underWay,
                            at: time(run.endedAt),
                          })}
                </span>
              </div>
              {run?.endedAt && !run.error && open.length === 0 && <p>✓ {w('agrees')}</p>}
              <ul class="list">
                {open.map((one) => (
                  <One key={one.id} difference={one} again={read.again} />
                ))}
              </ul>
            </>
          );
        }}
      </Shown>
    </Card>
  );
}

interface Difference {
  id: string;
  sku: string | null;
  lot: string | null;
  ours: string | null;
  theirs: string | null;
  foundAt: string;
}

function One({ difference, again }: { difference: Difference; again: () => void }) {
  const [note, setNote] = useState('');
  const send = (decision: 'correct' | 'leave') => (headers: { 'Idempotency-Key': string }) =>
    client.POST('/api/floor/link/differences/settle', {
      params: { header: headers },
      body: { difference: difference.id, decision, note: note.trim() },
    });
  return (
    <li class="card ask" data-testid="difference">
      <b>
        △ {difference.sku}
        {difference.lot && ` · ${difference.lot}`}
      </b>
      <p>
        {w('counts', { ours: amount(difference.ours), theirs: amount(difference.theirs) })}{' '}
        <span class="note">{time(difference.foundAt)}</span>
      </p>
      <label class="field">
        <span>{w('note')}</span>
        <input value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <div class="acts">
        <Do kind="go" id="correct" label={w('erp_books')} done={again} send={send('correct')} />
        <Do id="leave" label={w('leave_it')} done={again} send={send('leave')} />
      </div>
    </li>
  );
}
