import { useEffect, useRef } from 'preact/hooks';
import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { settings } from '../../kit/settings';
import { signal as sound } from '../../kit/sound';
import { may } from '../../session/session';
import { CallCard } from './Calls';
import { ClockQuestion } from './ClockQuestion';
import './job.css';

/** What the shop floor asks of a person wherever they begin: calls that are for them, and clocks they left running. */
export default function AtHome() {
  return (
    <>
      {may('operator') && <Questions />}
      {may('inspector', 'receiver', 'supervisor') && <Called />}
    </>
  );
}

function Questions() {
  const { data, again } = useAnswer(() => got(client.GET('/api/floor/mes/clock-questions')));
  return (
    <>
      {data?.map((one) => (
        <ClockQuestion key={one.exception} asked={one} done={again} />
      ))}
    </>
  );
}

/** Calls to a role of this person, and those that were passed on to it; a new one is heard as well. */
function Called() {
  const { data, again } = useAnswer(() => got(client.GET('/api/floor/mes/calls')), [], 10_000);
  const heard = useRef(new Set<string>());
  const mine = data?.filter((one) => may(one.called) || (one.told !== '' && may(one.told)));
  useEffect(() => {
    const fresh = mine?.filter((one) => one.state === 'raised' && !heard.current.has(one.id)) ?? [];
    fresh.forEach((one) => heard.current.add(one.id));
    // A page that nobody has touched yet may neither sound nor buzz.
    if (fresh.length > 0 && navigator.userActivation?.hasBeenActive)
      sound('attention', settings.value.volume, settings.value.buzz);
  }, [data]);
  return (
    <>
      {mine?.map((one) => (
        <CallCard key={one.id} call={one} done={again} />
      ))}
    </>
  );
}
