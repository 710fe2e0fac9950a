import { useEffect, useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { Button } from '../../kit/parts';
import { LANGUAGES, type Language } from '../../kit/settings';
import { tellWhy } from '../signin/SignIn';
import './photo.css';
import { w } from './words';

const NAMES: Readonly<Record<Language, string>> = { en: 'English', nl: 'Nederlands', zh: '中文' };

/** The language of the site's labels and papers, and its time zone: an administrator's to choose. */
export function SiteSpeech() {
  const [now, setNow] = useState<{ language: Language; timeZone: string } | null>(null);
  const [isSaved, setSaved] = useState(true);
  useEffect(() => {
    got(client.GET('/api/floor/catalog/site')).then((site) => {
      const said = site.plan['language'];
      setNow({ language: LANGUAGES.find((one) => one === said) ?? 'en', timeZone: site.timeZone });
    }, tellWhy);
  }, []);
  if (!now) return null;
  const change = (part: Partial<typeof now>): void => {
    setNow({ ...now, ...part });
    setSaved(false);
  };
  const save = async (): Promise<void> => {
    try {
      await got(client.POST('/api/floor/catalog/site', { headers: key(), body: now }));
      setSaved(true);
    } catch (error) {
      tellWhy(error);
    }
  };
  return (
    <section class="card col" aria-label={w('site_speech')} data-testid="site-speech">
      <h2>{w('site_speech')}</h2>
      <p class="note">{w('site_speech_note')}</p>
      <div class="choices two">
        {LANGUAGES.map((one) => (
          <Button
            key={one}
            id={`site-${one}`}
            pressed={now.language === one}
            kind={now.language === one ? 'on' : ''}
            onClick={() => change({ language: one })}
          >
            {NAMES[one]}
          </Button>
        ))}
      </div>
      <label class="field zone">
        <span>{w('site_zone')}</span>
        <select
          value={now.timeZone}
          data-testid="site-zone"
          onChange={(event) => change({ timeZone: event.currentTarget.value })}
        >
          {[...new Set([now.timeZone, ...Intl.supportedValuesOf('timeZone')])].map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      </label>
      <Button id="save-site" kind="go" disabled={isSaved} onClick={() => void save()}>
        {isSaved ? `✓ ${w('saved')}` : w('save')}
      </Button>
    </section>
  );
}
