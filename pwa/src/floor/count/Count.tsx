import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got, Refused } from '../../api/client';
import { key } from '../../api/key';
import { number, t, term } from '../../i18n';
import { tell } from '../../kit/feedback';
import { problemSentence } from '../../i18n/problem';
import { BinCode, Button, Prompt, Screen } from '../../kit/parts';
import { useWakeLock } from '../../kit/wake';
import { outbox, store, uuid7 } from '../../outbox';
import { lazy, Suspense } from '../../lazy';
import { useScan } from '../../scan/useScan';
import { person } from '../../session/session';
import { tellWhy } from '../signin/SignIn';
import { known } from '../known/store';
import { recognise } from '../pick/recognise';
import { begin, isComplete, posting, scanned, total, type CountState } from './counting';
import { HowMany } from './HowMany';
import { Lines } from './Lines';
import { w } from './words';

const ShelfPhoto = lazy(() => import('../photo/ShelfPhoto'));

async function claim(id: string | null): Promise<CountState> {
  const row = id ? await (await store).get('work', id) : undefined;
  if (row?.kind === 'count') return row.state as CountState;
  return begin(await got(client.POST('/api/floor/counting/claim', { headers: key(), body: { task: id } })));
}

const keep = (state: CountState): Promise<void> =>
  outbox.record([], {
    task: state.doc.id,
    kind: 'count',
    personId: person.value?.id ?? '',
    updatedAt: new Date().toISOString(),
    state,
  });

/** Under this key the device keeps the count that was posted last, for whoever posted it to put right. */
const LAST = 'last-count';

async function lastCount(): Promise<CountState | null> {
  const row = await (await store).get('work', LAST);
  return row?.kind === 'count' && row.personId === person.value?.id ? (row.state as CountState) : null;
}

const keepLast = async (state: CountState, key: string): Promise<void> =>
  void (await (
    await store
  ).put('work', {
    task: LAST,
    kind: 'count',
    personId: person.value?.id ?? '',
    updatedAt: new Date().toISOString(),
    state: { ...state, replaces: key, open: null },
  }));

/** Counts that a short pick or zero check asked for: take one, prove the bin, count blind, book. */
export default function Count({ id }: { id?: string }) {
  const [state, setState] = useState<CountState | null>(null);
  const [none, setNone] = useState<string | null>(null);
  const [last, setLast] = useState<CountState | null>(null);
  useEffect(() => void lastCount().then(setLast), [state]);
  const take = async (): Promise<void> => {
    try {
      const taken = await claim(id ?? null);
      await keep(taken);
      setState(taken);
    } catch (error) {
      if (error instanceof Refused && error.problem.status < 500)
        setNone(error.problem.type.endsWith('count-others-turn') ? problemSentence(error.problem) : t('count_none'));
      else tellWhy(error);
    }
  };
  useEffect(() => {
    if (id) void take();
  }, [id]);
  if (state)
    return (
      <Counting
        state={state}
        set={(next) => {
          setState(next);
          void keep(next);
        }}
        leave={() => setState(null)}
      />
    );
  return (
    <Screen
      title={t('count')}
      back="/"
      acts={
        <Button kind="go" id="take-count" onClick={() => void take()}>
          {t('count_take')}
        </Button>
      }
    >
      <div class="shut">{none ? <h2>{none}</h2> : <p>{t('count_why')}</p>}</div>
      {last && (
        <div class="card col" data-testid="last-count">
          <div>
            <div class="note">{w('last_count')}</div>
            <b>
              {last.doc.placeCode} · {number(total(last))} {term(last.doc.unit)}
            </b>
            <div class="note">{last.doc.name}</div>
          </div>
          <Button id="was-wrong" onClick={() => setState(last)}>
            {w('was_wrong')}
          </Button>
        </div>
      )}
    </Screen>
  );
}

type Props = { state: CountState; set: (state: CountState) => void; leave: () => void };

function Counting({ state, set, leave }: Props) {
  const { route } = useLocation();
  useWakeLock();
  useScan((scan) => {
    const what = known(scan);
    const turn = scanned(state, scan, what);
    set(turn.state);
    if (!turn.feedback) return;
    tell(turn.feedback);
    // The server may know what the device does not: a badge, an order, a lot of another item. Without it the answer stays as it is.
    if (!what && turn.feedback.kind !== 'right') recognise(scan, turn.feedback).catch(() => undefined);
  });
  const [byPhoto, setByPhoto] = useState(false);
  const { doc } = state;
  const post = async (): Promise<void> => {
    const id = uuid7();
    await outbox.record([{ id, type: 'count.post', task: doc.id, payload: posting(state) }]);
    await keepLast(state, id);
    await (await store).delete('work', doc.id);
    tell({ kind: 'right', head: { key: 'count_done' } });
    leave();
    route('/count');
  };
  if (byPhoto)
    return (
      <Suspense>
        <ShelfPhoto
          doc={doc}
          leave={() => setByPhoto(false)}
          use={(counted) => {
            set({ ...state, counted: { ...state.counted, ...counted }, open: null });
            setByPhoto(false);
          }}
        />
      </Suspense>
    );
  if (state.open !== null)
    return <HowMany key={state.open} state={state} place={state.open} set={set} photo={() => setByPhoto(true)} />;
  const title = t('count_n', { number: String(doc.number) });
  return (
    <Screen
      title={title}
      back="/"
      acts={
        state.atBin ? (
          <Button kind="go" id="post-count" disabled={!isComplete(state)} onClick={() => void post()}>
            {t('count_post', { n: number(total(state)), unit: term(doc.unit) })}
          </Button>
        ) : undefined
      }
    >
      <div class="card">
        <BinCode code={doc.placeCode} />
      </div>
      <div class="card">
        <div class="title">{doc.name}</div>
        <div class="note">{doc.sku}</div>
      </div>
      {state.atBin ? (
        <>
          <Lines state={state} set={set} />
          <Button id="count-photo" onClick={() => setByPhoto(true)}>
            {t('count_photo')}
          </Button>
        </>
      ) : (
        <>
          <p class="note">{t('count_how')}</p>
          <Prompt>{t('scan_bin', { code: doc.placeCode })}</Prompt>
        </>
      )}
    </Screen>
  );
}
