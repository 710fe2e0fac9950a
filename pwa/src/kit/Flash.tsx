import { clearFeedback, feedback } from './feedback';
import { say, t } from '../i18n';
import { unbroken } from './parts';
import { Cross, Tick, Triangle } from './shapes';

const SIGNS = { right: Tick, wrong: Cross, attention: Triangle };

/** The answer to a scan, over the whole screen: a shape, a word and a sentence, never colour alone. */
export function Flash() {
  const now = feedback.value;
  if (!now) return <div class="unseen" role="status" />;
  const Sign = SIGNS[now.kind];
  const body = (
    <>
      <Sign />
      <span class="word">{t(`word_${now.kind}`)}</span>
      <h2>{unbroken(say(now.head))}</h2>
      {now.lines?.map((line) => (
        <p key={line.key}>{unbroken(say(line))}</p>
      ))}
      {now.kind !== 'right' && (
        <button type="button" class="btn" data-testid="flash-close">
          {t(now.kind === 'wrong' ? 'scan_or_tap' : 'go_on')}
        </button>
      )}
    </>
  );
  if (now.kind === 'right')
    return (
      <div class="flash right" role="status" data-testid="flash" data-kind="right">
        {body}
      </div>
    );
  return (
    <div class={`flash ${now.kind}`} role="alert" data-testid="flash" data-kind={now.kind} onClick={clearFeedback}>
      {body}
    </div>
  );
}
