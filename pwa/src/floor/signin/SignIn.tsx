import { useState } from 'preact/hooks';
import { t } from '../../i18n';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Prompt, Screen } from '../../kit/parts';
import { Person } from '../../kit/shapes';
import { outbox } from '../../outbox';
import { useScan } from '../../scan/useScan';
import { device, lastBadge, locked, person, signIn, signOut } from '../../session/session';
import { Enrol } from './Enrol';
import { tellWhy } from './why';

export { tellWhy };

export function SignIn() {
  return device.value === null ? <Enrol /> : <Badge />;
}

/** A badge is scanned, then the PIN typed on our own keys. A locked device asks only for the PIN of who works on it. */
function Badge() {
  const [badge, setBadge] = useState<string | null>(locked.value ? lastBadge() : null);
  const [typing, setTyping] = useState(false);
  useScan((scan) => setBadge(scan.text.trim()));
  const { waiting } = outbox.status.value;
  if (badge !== null) return <Pin badge={badge} back={() => setBadge(null)} />;
  return (
    <Screen
      title={t('sign_in')}
      acts={
        <>
          <Button id="type-badge" onClick={() => setTyping(!typing)}>
            {t('type_badge')}
          </Button>
          <a class="btn" href="/settings">
            {t('settings')}
          </a>
        </>
      }
    >
      <div class="shut">
        <Person />
        <p class="note">{device.value?.name}</p>
      </div>
      {waiting > 0 && <p class="card ask">{t('signed_out_queue', { n: waiting })}</p>}
      {typing && <BadgeField take={setBadge} />}
      {locked.value && <Button onClick={() => void signOut()}>{t('sign_out')}</Button>}
      <Prompt>{t('scan_badge')}</Prompt>
    </Screen>
  );
}

function BadgeField({ take }: { take: (badge: string) => void }) {
  const [text, setText] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text.trim()) take(text.trim());
  };
  return (
    <form class="col" onSubmit={submit}>
      <label class="field">
        <span>{t('badge')}</span>
        <input
          name="badge"
          value={text}
          autoComplete="off"
          autoCapitalize="characters"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="btn go" disabled={!text.trim()}>
        {t('ok')}
      </button>
    </form>
  );
}

const MOST_DIGITS = 12;

function Pin({ badge, back }: { badge: string; back: () => void }) {
  const [pin, setPin] = useState('');
  const [busy, setBusy] = useState(false);
  const enter = async (): Promise<void> => {
    if (busy || pin.length < 4) return;
    setBusy(true);
    try {
      await signIn(badge, pin);
      void outbox.wake();
    } catch (error) {
      setPin('');
      tellWhy(error);
    } finally {
      setBusy(false);
    }
  };
  const name = locked.value && person.value ? person.value.name : badge;
  return (
    <Screen title={t('your_pin', { name })} back={back}>
      <div class="read pin" role="img" aria-label={`${t('pin')}: ${pin.length}`} data-testid="pin">
        {Array.from({ length: Math.max(4, pin.length) }, (_, n) => (
          <i key={n} class={n < pin.length ? 'in' : ''} />
        ))}
      </div>
      <NumberPad value={pin} onChange={setPin} onEnter={() => void enter()} most={MOST_DIGITS} leadingZero />
      <Button kind="go" id="sign-in" onClick={() => void enter()} disabled={busy || pin.length < 4}>
        {busy ? t('loading') : t('sign_in')}
      </Button>
    </Screen>
  );
}
