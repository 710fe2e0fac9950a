import { Refused } from '../../api/client';
import { time, type Say } from '../../i18n';
import { problemAnswer } from '../../i18n/problem';
import { tell } from '../../kit/feedback';

const wrong = (head: Say, ...lines: Say[]): void => tell({ kind: 'wrong', head, lines });

/** Tells why a sign-in failed: the network, the PIN, or a lock with the time it ends. */
export function tellWhy(error: unknown): void {
  if (!(error instanceof Refused)) return wrong({ key: 'need_network' }, { key: 'need_network_more' });
  const { type, facts } = error.problem;
  const isWrong = type.endsWith('wrong-pin');
  if (type.endsWith('sign-in-locked') || error.problem.status === 429 || (isWrong && facts?.['seconds'])) {
    const seconds = Number(facts?.['seconds'] ?? 60);
    const until: Say =
      seconds < 120
        ? { key: 'locked_for', args: { n: seconds } }
        : { key: 'locked_until', args: { time: time(new Date(Date.now() + seconds * 1000).toISOString()) } };
    return wrong({ key: isWrong ? 'wrong_pin' : 'locked' }, until);
  }
  if (isWrong) {
    const left = facts?.['triesLeft'] ?? facts?.['tries_left'] ?? facts?.['left'];
    return typeof left === 'number'
      ? wrong({ key: 'wrong_pin' }, { key: 'tries_left', args: { n: left } })
      : wrong({ key: 'wrong_pin' });
  }
  tell(problemAnswer(error.problem));
}
