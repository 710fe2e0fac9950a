import { useLocation } from 'preact-iso';
import { number, t, term, time } from '../../i18n';
import { Button, Screen } from '../../kit/parts';
import { outbox } from '../../outbox';
import { tellWhy } from '../signin/SignIn';
import { Amount, Digits, OtherLot, Short } from './amounts';
import { inOrder, isOpen, lineOf, remaining } from './lines';
import { itemOf, placeOf, toteOf } from './words';
import { forgetRound, giveBack, type RoundStore } from './store';

export type Sheet = 'more' | 'quantity' | 'short' | 'damaged' | 'lot' | 'digits' | 'undo' | 'lines' | 'leave';
type Props = { round: RoundStore; close: () => void; open: (sheet: Sheet) => void };

/** What is one or two taps away from a step; each takes the whole screen, as one decision. */
export function Sheets({ sheet, ...props }: Props & { sheet: Sheet }) {
  switch (sheet) {
    case 'more':
      return <More {...props} />;
    case 'quantity':
      return (
        <Amount
          {...props}
          title={t('change_quantity')}
          start=""
          take={(quantity) => props.round.dispatch({ is: 'quantity', quantity })}
        />
      );
    case 'damaged':
      return (
        <Amount
          {...props}
          title={t('damaged_title')}
          start="1"
          evidence
          take={(quantity, photo) => props.round.dispatch({ is: 'damaged', quantity, note: '', photo })}
        />
      );
    case 'short':
      return <Short {...props} />;
    case 'lot':
      return <OtherLot {...props} />;
    case 'digits':
      return <Digits {...props} />;
    case 'undo':
      return <UndoList {...props} />;
    case 'lines':
      return <Lines {...props} />;
    case 'leave':
      return <Leave {...props} />;
  }
}

function More({ round, close, open }: Props) {
  const state = round.state.value;
  const line = lineOf(state);
  const does = (event: 'skip' | 'toteFull' | 'blocked') => () => {
    close();
    void round.dispatch({ is: event });
  };
  const atLine = line && (state.step === 'bin' || state.step === 'item' || state.step === 'put');
  return (
    <Screen title={t('more')} back={close}>
      <div class="choices two">
        {atLine && (
          <>
            <Button id="damaged" onClick={() => open('damaged')}>
              {t('damaged')}
            </Button>
            {(line.lot || line.serial || line.handlingUnit) && (
              <Button id="change-lot" onClick={() => open('lot')}>
                {t('change_lot')}
              </Button>
            )}
            <Button id="tote-full" onClick={does('toteFull')}>
              {t('tote_is_full')}
            </Button>
            <Button id="skip" onClick={does('skip')}>
              {t('skip')}
            </Button>
            <Button id="aisle-blocked" onClick={does('blocked')}>
              {t('aisle_is_blocked')}
            </Button>
          </>
        )}
        {(state.step === 'bin' || state.step === 'place') && (
          <Button id="digits" onClick={() => open('digits')}>
            {t('label_gone')}
          </Button>
        )}
        <Button id="undo-list" onClick={() => open('undo')}>
          {t('undo_list')}
        </Button>
        <Button id="all-lines" onClick={() => open('lines')}>
          {t('show_lines')}
        </Button>
        <Button kind="bad" id="give-back" onClick={() => open('leave')}>
          {t('give_back')}
        </Button>
      </div>
    </Screen>
  );
}

function UndoList({ round, close }: Props) {
  const { past, round: facts } = round.state.value;
  return (
    <Screen title={t('undo_list')} back={close}>
      {past.length === 0 && <p>{t('undo_none')}</p>}
      <ul class="list">
        {past.map((entry) => {
          const line = facts.lines.find((one) => one.id === entry.line);
          const item = line && itemOf(facts, line);
          return (
            <li class="card row" key={entry.command}>
              <div class="grow">
                <b>{item?.name}</b>
                <div class="note">
                  {entry.what === 'skip'
                    ? t('skipped')
                    : entry.quantity === '0'
                      ? `△ ${t('short')}`
                      : t('picked_n', {
                          n: number(entry.quantity),
                          unit: term(item?.unit ?? ''),
                          slot: toteOf(facts, entry.tote)?.slot ?? '?',
                        })}{' '}
                  · {time(entry.at)}
                </div>
              </div>
              <Button
                onClick={() => {
                  close();
                  void round.dispatch({ is: 'undo', command: entry.command });
                }}
              >
                {t('undo')}
              </Button>
            </li>
          );
        })}
      </ul>
    </Screen>
  );
}

function Lines({ round, close }: Props) {
  const { round: facts, line: now } = round.state.value;
  return (
    <Screen title={t('lines_left')} back={close}>
      <ul class="list">
        {inOrder(facts).map((line) => (
          <li key={line.id}>
            <button
              type="button"
              class={`card row ${isOpen(line) ? '' : 'settled'} ${line.id === now ? 'lead' : ''}`}
              disabled={!isOpen(line)}
              onClick={() => {
                close();
                void round.dispatch({ is: 'goto', line: line.id });
              }}
            >
              <div class="grow">
                <b class="mono">{placeOf(facts, line.place).code}</b>
                <div class="note">{itemOf(facts, line).name}</div>
              </div>
              <span class={`chip ${line.state === 'short' ? 'ask' : isOpen(line) ? '' : 'ok'}`}>
                {isOpen(line) ? number(remaining(line)) : line.state === 'short' ? `△ ${t('short')}` : `✓ ${t('done')}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Screen>
  );
}

/** Gives the round back for others; it needs the network, since another may take it at once. */
function Leave({ round, close }: Props) {
  const { route } = useLocation();
  const { id } = round.state.value.round;
  const leave = async (): Promise<void> => {
    try {
      await outbox.wake();
      if (await outbox.isPending(id)) throw new TypeError('something is still on its way');
      await giveBack(id);
      await forgetRound(id);
      route('/');
    } catch (error) {
      close();
      tellWhy(error);
    }
  };
  return (
    <Screen
      title={t('give_back')}
      back={close}
      stack
      acts={
        <>
          <Button kind="go" id="leave" onClick={() => void leave()}>
            {t('give_back')}
          </Button>
          <Button onClick={close}>{t('cancel')}</Button>
        </>
      }
    >
      <div class="shut">
        <h2>{t('give_back_ask')}</h2>
      </div>
    </Screen>
  );
}
