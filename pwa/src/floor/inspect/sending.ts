import { signal } from '@preact/signals';

/** What was noted of goods on their way back and is not booked yet: the places they were taken from, who carries them. */
export interface Sending {
  taken: readonly string[];
  carrier: string;
  reference: string;
}

/** By report; kept while its note is looked at and printed. */
export const sending = signal<Readonly<Record<string, Sending>>>({});

export const sendingOf = (report: string): Sending =>
  sending.value[report] ?? { taken: [], carrier: '', reference: '' };
