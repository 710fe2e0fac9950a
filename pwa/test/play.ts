/** Plays events and scans through the picking machine, and says what came of it. */
import { say } from '../src/i18n';
import { open, step } from '../src/floor/pick/machine';
import type { Event, PickState, Turn } from '../src/floor/pick/state';
import { GTIN, ready, round, scanOf } from './round';

let ids = 0;

/** Ids start anew, so that two runs can be compared. */
export const restart = (): void => void (ids = 0);

export const context = { now: '2026-11-22T10:00:00.000Z', newId: () => `id-${++ids}` };
export const BOLTS = `]C101${GTIN.bolt}1024117`;

export const scan = (code: string): Event => ({ is: 'scan', scan: scanOf(code) });
export const play = (state: PickState, ...events: (Event | string)[]): Turn =>
  events.reduce<Turn>((turn, event) => step(turn.state, typeof event === 'string' ? scan(event) : event, context), {
    state,
    feedback: null,
    commands: [],
  });
export const said = (turn: Turn): string =>
  turn.feedback ? [turn.feedback.head, ...(turn.feedback.lines ?? [])].map(say).join(' | ').replace(/\n/g, ' ') : '';
export const sent = (turn: Turn): unknown[] => turn.commands.map(({ type, payload }) => [type, payload]);
export const lineOf = (state: PickState, id: string) => state.round.lines.find((one) => one.id === id);

/** Where a table's row begins: the step and the codes that lead to it. */
export const AT = {
  totes: () => open(round([null, null])),
  bin: ready,
  item: () => play(ready(), 'C-07-3-B').state,
  put: () => play(ready(), 'C-07-3-B', BOLTS).state,
  serial: () => play(ready(), { is: 'goto', line: 'lamp' }, 'C-09-3-B').state,
  unit: () => play(ready(), { is: 'goto', line: 'bells' }, 'F-01-1-A').state,
  plain: () => play(ready(), { is: 'goto', line: 'chain' }, 'C-09-3-B', GTIN.chain).state,
  zero: () => play(AT.plain(), 'T-1').state,
  drop: () => ({
    ...ready(),
    line: null,
    step: 'drop' as const,
    round: { ...round(), lines: round().lines.map((one) => ({ ...one, state: 'picked', picked: one.quantity })) },
  }),
  place: () => play(AT.drop(), 'T-1').state,
  done: () => ({ ...AT.drop(), step: 'done' as const }),
};
