import { signal as box } from '@preact/signals';
import { signal as sound, type Kind } from './sound';
import { settings } from './settings';
import type { Say } from '../i18n';

/** What the screen, the speaker and the motor tell the person: one headline and up to two further lines. */
export interface Feedback {
  kind: Kind;
  head: Say;
  lines?: readonly Say[];
}

/** How long the green stays, in ms; red and amber stay until the next scan or a tap. */
export const RIGHT_MS = 350;

export const feedback = box<Feedback | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows, sounds and buzzes an answer. */
export function tell(answer: Feedback): void {
  clearTimeout(timer);
  feedback.value = answer;
  sound(answer.kind, settings.value.volume, settings.value.buzz);
  if (answer.kind === 'right') timer = setTimeout(clearFeedback, RIGHT_MS);
}

export function clearFeedback(): void {
  clearTimeout(timer);
  feedback.value = null;
}
