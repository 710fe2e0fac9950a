import { useState } from 'preact/hooks';
import { t } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Prompt, Screen } from '../../kit/parts';
import { Handheld } from '../../kit/shapes';
import { useScan } from '../../scan/useScan';
import { enrol } from '../../session/session';
import { tellWhy } from './why';

/** The code in a scan: bare, or at the end of an address as a QR on the supervisor's screen has it. */
export function codeIn(text: string): string {
  const marked = /[?#&/](?:code|enrol)[=/]([A-Za-z0-9-]+)/.exec(text);
  return marked?.[1] ?? text.trim();
}

const deviceName = (): string => {
  const model = /;\s*([^;)]+?)\s+Build/.exec(navigator.userAgent)?.[1] ?? 'Handheld';
  return `${model} ${crypto.getRandomValues(new Uint16Array(1))[0]?.toString(16).toUpperCase().padStart(4, '0')}`;
};

/** A browser becomes a device of a site once, by a code from a supervisor. */
export function Enrol() {
  const [code, setCode] = useState(() => codeIn(new URLSearchParams(location.search).get('enrol') ?? ''));
  const [name, setName] = useState(deviceName);
  const [busy, setBusy] = useState(false);
  const send = async (with_: string): Promise<void> => {
    if (busy || !with_) return;
    setBusy(true);
    try {
      await enrol(with_, name.trim() || deviceName());
      tell({ kind: 'right', head: { key: 'enrolled' } });
    } catch (error) {
      tellWhy(error);
    } finally {
      setBusy(false);
    }
  };
  useScan((scan) => {
    const scanned = codeIn(scan.text);
    setCode(scanned);
    return send(scanned);
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    void send(code.trim());
  };
  return (
    <Screen
      title={t('enrol_title')}
      acts={
        <a class="btn" href="/settings">
          {t('settings')}
        </a>
      }
    >
      <div class="shut">
        <Handheld />
        <p>{t('enrol_why')}</p>
      </div>
      <form class="col" onSubmit={submit}>
        <label class="field">
          <span>{t('enrol_name')}</span>
          <input
            name="name"
            value={name}
            maxLength={80}
            autoComplete="off"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t('enrol_code')}</span>
          <input
            name="code"
            value={code}
            maxLength={40}
            autoComplete="off"
            autoCapitalize="characters"
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        </label>
        <Button kind="go" id="enrol" disabled={busy || !code.trim()} onClick={() => void send(code.trim())}>
          {busy ? t('loading') : t('enrol')}
        </Button>
      </form>
      <Prompt>{t('enrol_scan')}</Prompt>
    </Screen>
  );
}
