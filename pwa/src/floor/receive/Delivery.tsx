import { useEffect, useRef, useState } from 'preact/hooks';
import { lazy, useLocation } from 'preact-iso';
import { client, got, Refused } from '../../api/client';
import { number, t, term } from '../../i18n';
import { compare } from '../../kit/decimal';
import { clearFeedback, tell } from '../../kit/feedback';
import { Button, Prompt, Screen } from '../../kit/parts';
import { useWakeLock } from '../../kit/wake';
import { outbox } from '../../outbox';
import type { Scan } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { PrintLabel } from '../print/PrintLabel';
import { tellWhy } from '../signin/SignIn';
import { without } from './booking';
import { confirm, itemOf, open, scanned, stranger, unknown, type Dock, type Turn } from './dock';
import { Entries } from './Entries';
import { book, close, keep, openDelivery, refused, takeBack } from './store';
import { awaitsPacks } from './packs';
import type { Line } from './types';
import { said, w } from './words';

/** How often a delivery is looked at anew while it is open. */
const OTHERS_MS = 5_000;
const PackPhoto = lazy(() => import('./PackPhoto'));

/** One delivery at the dock: scan what stands there, book it, see what is missing. */
export function Delivery({ id }: { id: string }) {
  const [dock, setDock] = useState<Dock | null>(null);
  const [closing, setClosing] = useState(false);
  const [byPhoto, setByPhoto] = useState(false);
  const [look, setLook] = useState(0);
  const early = useRef<Scan | null>(null); // what was scanned while the delivery was still on its way
  const { route } = useLocation();
  const answered = outbox.answered.value;
  useWakeLock();
  useEffect(() => {
    Promise.all([openDelivery(id), refused()]).then(
      ([fresh, held]) =>
        setDock((now) =>
          now ? { ...fresh, entries: now.entries, place: now.place, taken: without(now, held).taken } : fresh,
        ),
      look === 0 ? tellWhy : () => undefined, // nobody asked for the later looks
    );
  }, [id, answered, look]);
  // Somebody else may be at the same delivery: what they took in is no longer missing.
  useEffect(() => {
    if (id === '') return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && setLook((n) => n + 1), OTHERS_MS);
    return () => clearInterval(timer);
  }, [id]);

  const show = (next: Dock): void => {
    setDock(next);
    void keep(next);
  };
  const turn = async (made: Turn, scan?: Scan): Promise<void> => {
    if (made.ask !== undefined && scan) return turn(await askServer(made.dock, scan, id === ''));
    if (made.feedback) tell(made.feedback);
    else clearFeedback();
    if (!made.book) return show(made.dock);
    const next = await book(made.dock);
    const [last] = next.taken;
    setDock(next);
    if (last)
      tell({
        kind: 'right',
        head: said(last.aside ? 'aside_n' : 'done_n', { n: number(last.quantity), unit: term(last.unit) }),
      });
  };
  useScan(async (scan) => {
    if (!dock) early.current = scan;
    else if (!closing && !byPhoto) await turn(scanned(dock, scan), scan).catch(tellWhy);
  });
  useEffect(() => {
    const scan = early.current;
    if (!dock || !scan) return;
    early.current = null;
    turn(scanned(dock, scan), scan).catch(tellWhy);
  }, [dock]);
  if (!dock)
    return (
      <Screen title={w('receive')} back="/receive">
        <p>{t('loading')}</p>
      </Screen>
    );
  if (closing)
    return (
      <Closing
        dock={dock}
        back={() => setClosing(false)}
        yes={() => {
          void close(dock).then(() => {
            tell({ kind: 'right', head: said('closed_told') });
            route('/receive');
          });
        }}
      />
    );
  if (byPhoto)
    return (
      <PackPhoto
        dock={dock}
        leave={() => setByPhoto(false)}
        take={(next) => {
          setByPhoto(false);
          show(next);
        }}
      />
    );
  if (dock.entries.length > 0)
    return <Entries dock={dock} show={show} confirm={(now) => void turn(confirm(now ?? dock))} />;
  return (
    <Screen
      title={dock.doc.supplierName || dock.doc.number || w('blind')}
      back="/receive"
      acts={
        dock.doc.id && dock.doc.state !== 'done' ? (
          <Button id="close" onClick={() => setClosing(true)}>
            {w('close')}
          </Button>
        ) : undefined
      }
    >
      <div class="note">
        {[
          dock.doc.number && w(dock.doc.kind === 'advice' ? 'advice' : 'order', { number: whole(dock.doc.number) }),
          dock.doc.kind === 'advice' && dock.doc.purchaseOrder && w('order', { number: whole(dock.doc.purchaseOrder) }),
          w('at_dock', { code: dock.doc.docks.find((one) => one.id === dock.place)?.code ?? '' }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </div>
      {id === '' && dock.taken.length === 0 && <p>{w('blind_more')}</p>}
      <Taken dock={dock} set={setDock} />
      <ul class="list">
        {dock.doc.lines.map((line) => (
          <li key={line.id}>
            <LineCard line={line} name={itemOf(dock.doc, line)?.name ?? line.sku} />
          </li>
        ))}
      </ul>
      {awaitsPacks(dock) && (
        <Button id="packs-by-photo" onClick={() => setByPhoto(true)}>
          {w('packs_by_photo')}
        </Button>
      )}
      <Prompt>{w('scan_goods')}</Prompt>
    </Screen>
  );
}

/** A number that no line breaks in two. */
const whole = (number: string): string => number.replaceAll('-', '\u2011');

/** A code that the delivery does not have: the server may know the item. */
async function askServer(dock: Dock, scan: Scan, blind: boolean): Promise<Turn> {
  try {
    const code = scan.gtin ?? scan.text;
    const item = await got(client.GET('/api/floor/receiving/item', { params: { query: { code } } }));
    return stranger(dock, item, scan, blind);
  } catch (error) {
    if (error instanceof Refused && error.problem.status === 404) return unknown(dock, scan.text);
    throw error;
  }
}

function LineCard({ line, name }: { line: Line; name: string }) {
  const left = open(line);
  const isDone = compare(left, '0') === 0;
  return (
    <div class={`card tight ${isDone ? 'settled' : ''}`} data-testid="line" data-open={left}>
      <div class="row top">
        <div class="grow">
          <b>{name}</b>
          <div class="note">
            {[
              line.sku,
              line.lot && t('lot_code', { code: line.lot }),
              compare(line.blocked, '0') > 0 && w('blocked_n', { n: number(line.blocked) }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </div>
        </div>
        <span class={`chip ${isDone ? 'ok' : ''}`}>
          {isDone ? `✓ ${w('complete')}` : w('still', { n: number(left), unit: term(line.unit) })}
        </span>
      </div>
    </div>
  );
}

function Taken({ dock, set }: { dock: Dock; set: (dock: Dock) => void }) {
  const shown = dock.taken.slice(0, 2);
  if (shown.length === 0) return null;
  return (
    <div class="card tight" data-testid="taken">
      <div class="note">{w('mine')}</div>
      {shown.map((one) => (
        <div class="just" key={one.id}>
          <div>
            <b>
              {number(one.quantity)} {term(one.unit)}
            </b>{' '}
            {one.name}
          </div>
          <div class="grid2">
            <Button
              id="undo"
              onClick={() => {
                void takeBack(dock, one).then((next) => {
                  set(next);
                  tell({ kind: 'right', head: said('undone') });
                });
              }}
            >
              {w('undo')}
            </Button>
          </div>
          {one.code && <PrintLabel kind="unit" code={one.code} />}
        </div>
      ))}
    </div>
  );
}

function Closing({ dock, back, yes }: { dock: Dock; back: () => void; yes: () => void }) {
  const lacking = dock.doc.lines.filter((line) => compare(open(line), '0') > 0);
  return (
    <Screen
      title={w('close')}
      back={back}
      acts={
        <Button kind="go" id="close-yes" onClick={yes}>
          {w('close_yes')}
        </Button>
      }
    >
      <h2>{w('close_ask')}</h2>
      {lacking.map((line) => (
        <p class="card tight ask" key={line.id}>
          △{' '}
          {w('close_short', {
            n: number(open(line)),
            unit: term(line.unit),
            name: itemOf(dock.doc, line)?.name ?? line.sku,
          })}
        </p>
      ))}
    </Screen>
  );
}
