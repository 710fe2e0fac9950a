import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got, Refused } from '../../api/client';
import { key } from '../../api/key';
import { day, number, t, term } from '../../i18n';
import { tell } from '../../kit/feedback';
import { NumberPad } from '../../kit/NumberPad';
import { BinCode, Button, Prompt, Screen } from '../../kit/parts';
import { useWakeLock } from '../../kit/wake';
import { outbox, store, uuid7 } from '../../outbox';
import { lazy, Suspense } from '../../lazy';
import { useScan } from '../../scan/useScan';
import { person } from '../../session/session';
import { tellWhy } from '../signin/SignIn';
import { begin, isComplete, linesOf, posting, say, scanned, total, type CountState } from './counting';

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

/** Counts that a short pick or zero check asked for: take one, prove the bin, count blind, book. */
export default function Count({ id }: { id?: string }) {
  const [state, setState] = useState<CountState | null>(null);
  const [none, setNone] = useState(false);
  const take = async (): Promise<void> => {
    try {
      const taken = await claim(id ?? null);
      await keep(taken);
      setState(taken);
    } catch (error) {
      if (error instanceof Refused && error.problem.status < 500) setNone(true);
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
      <div class="shut">{none ? <h2>{t('count_none')}</h2> : <p>{t('count_why')}</p>}</div>
    </Screen>
  );
}

type Props = { state: CountState; set: (state: CountState) => void; leave: () => void };

function Counting({ state, set, leave }: Props) {
  const { route } = useLocation();
  useWakeLock();
  useScan((scan) => {
    const turn = scanned(state, scan);
    set(turn.state);
    if (turn.feedback) tell(turn.feedback);
  });
  const [byPhoto, setByPhoto] = useState(false);
  const { doc } = state;
  const post = async (): Promise<void> => {
    await outbox.record([{ id: uuid7(), type: 'count.post', task: doc.id, payload: posting(state) }]);
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
          <ul class="list">
            {linesOf(doc).map((line, place) => (
              <li key={place}>
                <button type="button" class="card row" onClick={() => set({ ...state, open: place })}>
                  <div class="grow">
                    <b>{line.handlingUnitCode ?? line.serialCode ?? line.lotCode ?? doc.name}</b>
                    {line.expiresOn && <div class="note">{t('use_by', { date: day(line.expiresOn) })}</div>}
                  </div>
                  <span class={`chip ${state.counted[place] === undefined ? '' : 'ok'}`}>
                    {state.counted[place] === undefined ? '–' : `✓ ${number(state.counted[place] ?? '0')}`}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <Button id="count-photo" onClick={() => setByPhoto(true)}>
            {t('count_photo')}
          </Button>
          <Prompt>{t('count_lot')}</Prompt>
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

type OneProps = { state: CountState; place: number; set: (state: CountState) => void; photo: () => void };

function HowMany({ state, place, set, photo }: OneProps) {
  const [value, setValue] = useState('');
  const { doc } = state;
  const line = linesOf(doc)[place];
  const confirm = (quantity: string): void => {
    const turn = say(state, place, quantity.replace(/\.$/, ''));
    set(turn.state);
    if (turn.feedback) tell(turn.feedback);
  };
  return (
    <Screen title={t('short_title')} back={() => set({ ...state, open: null })}>
      <div class="note">
        {doc.name} · {line?.handlingUnitCode ?? line?.serialCode ?? line?.lotCode ?? doc.placeCode}
      </div>
      <div class="read">
        <span class="qty" data-testid="number">
          {value === '' ? '–' : number(value)}
        </span>
        <span>{term(doc.unit)}</span>
      </div>
      <NumberPad
        value={value}
        onChange={setValue}
        onEnter={() => value !== '' && confirm(value)}
        decimals={!doc.whole}
      />
      <div class="choices two">
        <Button id="none" onClick={() => confirm('0')}>
          {t('count_empty')}
        </Button>
        <Button id="count-photo" onClick={photo}>
          {t('count_photo')}
        </Button>
      </div>
      <Button kind="go" id="confirm" disabled={value === ''} onClick={() => confirm(value)}>
        {t('confirm_n', { n: value === '' ? '…' : number(value) })}
      </Button>
    </Screen>
  );
}
