import { useState } from 'preact/hooks';
import type { components } from '../../api/schema';
import { time } from '../../i18n';
import { Button } from '../../kit/parts';
import { done as said } from './say';
import { send } from './store';
import { w } from './words';

type Asked = components['schemas']['ClockAsked'];
const MINUTE = 60_000;
const STEP = 15 * MINUTE;
const LONGEST = 16 * 60 * MINUTE;

/** "Your clock ran on": stopped at the shift's end by rule; the person says when work really ended, in steps of a quarter. */
export function ClockQuestion({ asked, done }: { asked: Asked; done: () => void }) {
  const [since, booked] = [Date.parse(asked.since), Date.parse(asked.until)];
  const [until, setUntil] = useState(booked);
  const latest = Math.min(Date.now(), since + LONGEST);
  const move = (by: number): void => setUntil(Math.max(since, Math.min(latest, until + by)));
  const answer = async (): Promise<void> => {
    await send('job.clock_was', {
      exception: asked.exception,
      until: until === booked ? null : new Date(until).toISOString(),
    });
    said(w('clock_booked', { time: moment(until) }));
    done();
  };
  return (
    <section class="card ask clockasked" data-testid="clock-question">
      <b>△ {w('clock_ran', { job: asked.job })}</b>
      <p>{w('clock_stopped', { since: moment(since), until: clock(booked) })}</p>
      <div class="stepper">
        <Button id="clock-less" disabled={until <= since} onClick={() => move(-STEP)}>
          −15
        </Button>
        <span class="qty" aria-live="polite" data-testid="clock-until">
          {clock(until)}
        </span>
        <Button id="clock-more" disabled={until >= latest} onClick={() => move(STEP)}>
          +15
        </Button>
      </div>
      <Button kind="go" id="clock-book" onClick={() => void answer()}>
        {w(until === booked ? 'clock_right' : 'clock_until', { time: clock(until) })}
      </Button>
    </section>
  );
}

const moment = (ms: number): string => time(new Date(ms).toISOString());
const clock = (ms: number): string => time(new Date(ms).toISOString(), new Date(ms));
