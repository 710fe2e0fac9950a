/**
 * The picking flow as one pure function: (state, event, context) → state, feedback, commands. A screen shows the state, the
 * outbox stores state and commands in one transaction, and a test needs nothing but values.
 *
 *   totes → bin → item → put → [zero] → … → drop → place → … → done
 *           └ any step falls away when a scan already proves it ┘
 */
import * as booking from './booking';
import * as detours from './detours';
import { atLine, isOpen, isPartCounted, lineOf, onward, openLines, withTote } from './lines';
import { digits, scanned, untimely } from './scans';
import { silent } from './turns';
import { toteOf } from './words';
import type { Context, Event, PickState, Step, Turn } from './state';

export { open } from './lines';

/** One step back, never past what is booked. */
const BACK: Readonly<Partial<Record<Step, Step>>> = { put: 'item', item: 'bin', place: 'drop', newTote: 'item' };

function back(state: PickState): Turn {
  const step = BACK[state.step];
  const line = lineOf(state);
  if (!step) return silent({ ...state, confirm: null });
  if (!line) return silent(onward(state));
  if (state.step === 'newTote' && isPartCounted(state, line)) return silent({ ...state, step: 'put', tote: null });
  return silent({ ...atLine({ ...state, at: step === 'bin' ? null : state.at }, line), step });
}

function toteFull(state: PickState): Turn {
  const line = lineOf(state);
  const full = line && toteOf(state.round, line.tote);
  return full?.code ? silent({ ...state, step: 'newTote', tote: full.id, confirm: null }) : silent(state);
}

/** The server's newest picture of the round. The step stays when its line is as it was; otherwise the next thing is shown. */
function fresh(state: PickState, round: PickState['round']): Turn {
  const before = lineOf(state);
  const now = round.lines.find((line) => line.id === state.line);
  const next = { ...state, round };
  if (state.step === 'place' && round.totes.some((tote) => tote.id === state.tote && tote.state !== 'dropped'))
    return silent(next);
  if (state.step === 'zero' && now) return silent(next);
  const isSame =
    before &&
    now &&
    isOpen(now) &&
    now.place === before.place &&
    now.quantity === before.quantity &&
    now.picked === before.picked;
  // On the way to the next bin, and another is next now: the way was planned anew, round a closed aisle or for one more order.
  const isOnTheWay = state.step === 'bin' && openLines(state.round)[0]?.id === state.line;
  const isStillNext = !isOnTheWay || openLines(round)[0]?.id === state.line;
  const hasTote = toteOf(round, now?.tote ?? '')?.code !== null; // one that was refused has to be scanned before anything else
  return silent(isSame && isStillNext && hasTote ? next : onward(next));
}

/** Opens a line out of turn, if it is still to be picked. */
function goTo(state: PickState, id: string): Turn {
  const line = state.round.lines.find((one) => one.id === id);
  return line && isOpen(line) ? silent(atLine({ ...state, at: null }, line)) : silent(onward(state));
}

export function step(state: PickState, event: Event, context: Context): Turn {
  switch (event.is) {
    case 'scan':
      return scanned(state, event.scan, context);
    case 'untimely':
      return untimely(state, event.scan, context);
    case 'digits':
      return digits(state, event.digits, context);
    case 'quantity':
      return booking.setQuantity(state, event);
    case 'short':
      return booking.short(state, event, context);
    case 'damaged':
      return booking.damaged(state, event, context);
    case 'changeLot': {
      const line = lineOf(state);
      return line ? booking.changeLot(state, line, event.near, context) : silent(state);
    }
    case 'skip':
      return detours.skip(state, context);
    case 'blocked':
      return detours.blocked(state, context);
    case 'toteFull':
      return toteFull(state);
    case 'left':
      return booking.left(state, event, context);
    case 'undo':
      return booking.undo(state, event, context);
    case 'goto':
      return goTo(state, event.line);
    case 'rebind':
      return silent({ ...state, round: withTote(state.round, event.tote, { code: event.code }) });
    case 'back':
      return back(state);
    case 'fresh':
      return fresh(state, event.round);
    case 'holder':
      return silent({ ...state, round: { ...state.round, person: event.person, personName: event.personName } });
  }
}
