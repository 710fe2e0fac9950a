import type { Say } from '../../i18n';
import type { Feedback } from '../../kit/feedback';
import type { Confirm, Draft, PickState, Turn } from './state';

/** Green, and on. */
export const right = (
  state: PickState,
  head: Say,
  lines: readonly Say[] = [],
  commands: readonly Draft[] = [],
): Turn => ({ state, feedback: { kind: 'right', head, lines }, commands });
/** Red; nothing changes but a confirmation that was waiting, which is gone. */
export const refused = (state: PickState, feedback: Feedback): Turn => ({
  state: state.confirm ? { ...state, confirm: null } : state,
  feedback,
  commands: [],
});
/** Amber: the same scan again does it. */
export const ask = (state: PickState, confirm: Confirm, head: Say, ...lines: Say[]): Turn => ({
  state: { ...state, confirm },
  feedback: { kind: 'attention', head, lines },
  commands: [],
});
export const silent = (state: PickState, commands: readonly Draft[] = []): Turn => ({
  state,
  feedback: null,
  commands,
});
