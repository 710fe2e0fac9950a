import { language, problemTitles } from '.';
import type { Feedback } from '../kit/feedback';

/** RFC 9457 problem details, as the server tells them. */
interface Problem {
  type: string;
  title: string;
  detail: string;
}

/** A refusal in the reader's language; the server's own sentence, which names codes and quantities, only to who reads it. */
export function problemWords(problem: Problem): { title: string; detail: string } {
  const slug = problem.type.split('/').at(-1) ?? '';
  const words = problemTitles();
  const title = words[slug] ?? problem.title;
  const isKnown = slug in words;
  const detail = (language() === 'en' || !isKnown) && problem.detail !== problem.title ? problem.detail : '';
  return { title, detail };
}

/** One sentence of it: the one that names what is wrong where it can be read, or else what kind of refusal it is. */
export function problemSentence(problem: Problem): string {
  const { title, detail } = problemWords(problem);
  return detail || title;
}

/** The same as a red answer over the screen. */
export function problemAnswer(problem: Problem): Feedback {
  const { title, detail } = problemWords(problem);
  return {
    kind: 'wrong',
    head: { key: 'a_problem', args: { text: title } },
    lines: detail ? [{ key: 'a_problem', args: { text: detail } }] : [],
  };
}
