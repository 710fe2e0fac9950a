import type { Decimal } from '../../kit/decimal';
import type { Feedback } from '../../kit/feedback';
import type { RoundDocument } from '../../api/types';
import type { Scan } from '../../scan/scan';
import type { Known } from '../known/codes';

/** Where the picker is. One step is one screen, one decision, one scan. */
export type Step = 'totes' | 'bin' | 'item' | 'put' | 'zero' | 'newTote' | 'drop' | 'place' | 'done';

export const SHORT_REASONS = [
  'not_enough',
  'not_found',
  'damaged',
  'wrong_item',
  'wrong_lot',
  'expired',
  'unreachable',
  'other',
] as const;
export type ShortReason = (typeof SHORT_REASONS)[number];

/** What is under way at the present line, gone once the line is. */
export interface Work {
  /** What the screen says goes into the tote. */
  quantity: Decimal;
  /** What was scanned piece by piece; null until a second scan of the item starts a count. */
  counted: Decimal | null;
  /** Content of the first packaging scanned. */
  first: Decimal;
  /** The item is proved but its lot or serial is not yet. */
  itemProved: boolean;
  /** A short pick waits for the tote that takes what was found. */
  short: { reason: ShortReason; note: string; photo: string | null } | null;
}

/** An odd step asked for by a scan; the same code again does it, any other code drops it. */
export type Confirm =
  | { what: 'jump'; code: string; line: string }
  | { what: 'lot'; code: string; near: number }
  | { what: 'box'; code: string }
  | { what: 'place'; code: string; place: string };

/** A step that can still be taken back. */
export interface Past {
  command: string;
  what: 'pick' | 'short' | 'skip';
  line: string;
  quantity: Decimal;
  tote: string;
  at: string;
}

/** A round in hand, whole; plain data, so that it is stored and restored as it is. */
export interface PickState {
  round: RoundDocument;
  step: Step;
  line: string | null;
  tote: string | null;
  work: Work;
  confirm: Confirm | null;
  past: readonly Past[];
  /** The place the picker last proved to stand at. */
  at: string | null;
}

export type Event =
  | { is: 'scan'; scan: Scan }
  /** A scan while a number or a reason is being given. */
  | { is: 'untimely'; scan: Scan }
  | { is: 'digits'; digits: string }
  | { is: 'quantity'; quantity: Decimal }
  | { is: 'short'; found: Decimal; reason: ShortReason; note: string; photo: string | null }
  | { is: 'damaged'; quantity: Decimal; note: string; photo: string | null }
  | { is: 'changeLot'; near: number }
  | { is: 'skip' }
  | { is: 'blocked' }
  | { is: 'toteFull' }
  | { is: 'left'; left: Decimal }
  | { is: 'undo'; command: string }
  | { is: 'goto'; line: string }
  | { is: 'rebind'; tote: string; code: string }
  | { is: 'back' }
  | { is: 'fresh'; round: RoundDocument }
  | { is: 'holder'; person: string | null; personName: string };

/** A command as the machine asks for it; the outbox adds who, where and when. */
export interface Draft {
  id: string;
  type: string;
  task: string;
  payload: Record<string, unknown>;
}

export interface Context {
  now: string;
  newId: () => string;
  /** What a code is on this site outside the round: null when it is none, undefined when the device cannot tell. */
  known?: (scan: Scan) => Known | null | undefined;
}

export interface Turn {
  state: PickState;
  feedback: Feedback | null;
  commands: readonly Draft[];
}
