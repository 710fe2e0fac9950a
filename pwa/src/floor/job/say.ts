/** What a job says to the person at it, in one line or two. */
import { tell } from '../../kit/feedback';
import { person } from '../../session/session';

export const me = (): string => person.peek()?.id ?? '';
export const done = (text: string): void => tell({ kind: 'right', head: { key: 'a_problem', args: { text } } });
export const wrong = (text: string, more?: string): void =>
  tell({
    kind: 'wrong',
    head: { key: 'a_problem', args: { text } },
    lines: more ? [{ key: 'a_problem', args: { text: more } }] : [],
  });
