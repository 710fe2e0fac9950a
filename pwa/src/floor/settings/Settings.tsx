import { useEffect, useState } from 'preact/hooks';
import { APP_VERSION } from '../../api/client';
import { number, speak, t } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Screen } from '../../kit/parts';
import { change, LANGUAGES, settings, THEMES, type Language } from '../../kit/settings';
import { device, may, person, signedIn, signOut } from '../../session/session';
import { updateNow, updateReady } from '../../update';

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', nl: 'Nederlands', zh: '中文' };
const LOUDNESS = [
  ['sound_off', 0],
  ['sound_low', 0.25],
  ['sound_mid', 0.5],
  ['sound_loud', 0.8],
] as const;

/** What this device remembers; nothing here needs the network. */
export default function Settings() {
  const now = settings.value;
  const pick = async (language: Language): Promise<void> => {
    await speak(language).then(
      () => change({ language }),
      () => tell({ kind: 'wrong', head: { key: 'need_network' } }),
    );
  };
  return (
    <Screen title={t('settings')} back="/">
      <Group title={t('language')} wide="two">
        {LANGUAGES.map((one) => (
          <Button
            key={one}
            pressed={now.language === one}
            kind={now.language === one ? 'on' : ''}
            id={`language-${one}`}
            onClick={() => void pick(one)}
          >
            {LANGUAGE_NAMES[one]}
          </Button>
        ))}
      </Group>
      <Group title={t('theme')} wide="two">
        {THEMES.map((one) => (
          <Button
            key={one}
            pressed={now.theme === one}
            kind={now.theme === one ? 'on' : ''}
            id={`theme-${one}`}
            onClick={() => change({ theme: one })}
          >
            {t(`theme_${one}`)}
          </Button>
        ))}
      </Group>
      <Group title={t('glove')} wide="two">
        {[true, false].map((on) => (
          <Button
            key={String(on)}
            pressed={now.glove === on}
            kind={now.glove === on ? 'on' : ''}
            id={`glove-${on}`}
            onClick={() => change({ glove: on })}
          >
            {t(on ? 'on' : 'off')}
          </Button>
        ))}
      </Group>
      <Group title={t('sound')} wide="two">
        {LOUDNESS.map(([name, volume]) => (
          <Button
            key={name}
            pressed={now.volume === volume}
            kind={now.volume === volume ? 'on' : ''}
            id={name}
            onClick={() => change({ volume })}
          >
            {t(name)}
          </Button>
        ))}
      </Group>
      <Group title={t('buzz')} wide="two">
        {[true, false].map((on) => (
          <Button
            key={String(on)}
            pressed={now.buzz === on}
            kind={now.buzz === on ? 'on' : ''}
            id={`buzz-${on}`}
            onClick={() => change({ buzz: on })}
          >
            {t(on ? 'on' : 'off')}
          </Button>
        ))}
      </Group>
      <Group title={t('sound_test')} note={t('sound_test_more')}>
        {(['right', 'attention', 'wrong'] as const).map((kind) => (
          <Button key={kind} id={`try-${kind}`} onClick={() => tell({ kind, head: { key: `word_${kind}` } })}>
            {t(`word_${kind}`)}
          </Button>
        ))}
      </Group>
      <Storage />
      <a class="btn" href="/settings/scanner">
        {t('test_scanner')}
      </a>
      {signedIn.value && (
        <a class="btn" href="/settings/printers" data-testid="printers">
          {t('printers')}
        </a>
      )}
      {may('supervisor') && (
        <a class="btn" href="/settings/labels" data-testid="site-labels">
          {t('site_labels')}
        </a>
      )}
      <section class="card col">
        <h2>{t('about')}</h2>
        <p class="note">
          {t('version', { version: APP_VERSION })}
          {device.value && ` · ${device.value.name}`}
        </p>
        {updateReady.value && (
          <>
            <b>{t('update_ready')}</b>
            <Button kind="go" id="update" onClick={updateNow}>
              {t('update_now')}
            </Button>
          </>
        )}
        {person.value && <p>{t('signed_in_as', { name: person.value.name })}</p>}
        {signedIn.value && (
          <Button kind="bad" id="sign-out" onClick={() => void signOut()}>
            {t('sign_out')}
          </Button>
        )}
      </section>
    </Screen>
  );
}

function Group({
  title,
  note,
  wide = 'three',
  children,
}: {
  title: string;
  note?: string;
  wide?: 'two' | 'three';
  children: preact.ComponentChildren;
}) {
  return (
    <section class="col" aria-label={title}>
      <h2>{title}</h2>
      {note && <p class="note">{note}</p>}
      <div class={`choices ${wide}`}>{children}</div>
    </section>
  );
}

interface Kept {
  persisted: boolean;
  used: number;
  quota: number;
}

/** Whether the browser promises to keep what is on this device, and how full it is. */
function Storage() {
  const [kept, setKept] = useState<Kept | null>(null);
  const look = async (): Promise<void> => {
    if (!('storage' in navigator)) return;
    const [persisted, { usage = 0, quota = 0 }] = await Promise.all([
      navigator.storage.persisted(),
      navigator.storage.estimate(),
    ]);
    setKept({ persisted, used: usage, quota });
  };
  useEffect(() => void look(), []);
  const ask = async (): Promise<void> => {
    await navigator.storage.persist();
    await look();
  };
  const mb = (bytes: number): string => number(Math.round(bytes / 1e6));
  return (
    <section class="card col">
      <h2>{t('storage')}</h2>
      {kept && (
        <p>
          {kept.persisted ? `✓ ${t('storage_kept')}` : `△ ${t('storage_may_go')}`}
          <br />
          <span class="note">{t('storage_used', { used: mb(kept.used), all: mb(kept.quota) })}</span>
        </p>
      )}
      {kept && !kept.persisted && (
        <Button id="persist" onClick={() => void ask()}>
          {t('storage_ask')}
        </Button>
      )}
    </section>
  );
}
