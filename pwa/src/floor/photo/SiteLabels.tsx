import { useEffect, useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { Button, Screen } from '../../kit/parts';
import { keepLabels } from '../../scan/site';
import { may } from '../../session/session';
import { tellWhy } from '../signin/SignIn';
import { SiteSpeech } from './SiteSpeech';
import { w } from './words';

/** What a warehouse meets; the rest of what can be read is chosen over the API. */
const OFFERED = [
  'Code128',
  'EAN13',
  'UPCA',
  'ITF',
  'QR',
  'DataMatrix',
  'Aztec',
  'PDF417',
  'DataBar',
  'DataBarExp',
  'EAN8',
  'UPCE',
  'Code39',
  'Code93',
  'Codabar',
] as const;
const LENGTHS = [6, 8, 10, 12, 14, 16] as const;

interface Chosen {
  formats: string[];
  itfLengths: number[];
}
const flipped = <T,>(some: readonly T[], one: T): T[] =>
  some.includes(one) ? some.filter((other) => other !== one) : [...some, one];

/** Which symbologies count as a scan at this site: a supervisor chooses, every device and the server keep to it. */
export default function SiteLabels() {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [isSaved, setSaved] = useState(false);
  useEffect(() => {
    got(client.GET('/api/floor/scanning/labels')).then(setChosen, tellWhy);
  }, []);
  const change = (next: Chosen): void => {
    setChosen(next);
    setSaved(false);
  };
  const save = async (): Promise<void> => {
    if (!chosen) return;
    try {
      const now = await got(client.POST('/api/floor/scanning/labels', { headers: key(), body: chosen }));
      keepLabels(now);
      setChosen(now);
      setSaved(true);
    } catch (error) {
      tellWhy(error);
    }
  };
  return (
    <Screen
      title={w('site_labels')}
      back="/settings"
      acts={
        <Button
          kind="go"
          id="save-labels"
          disabled={!chosen || chosen.formats.length === 0 || isSaved}
          onClick={() => void save()}
        >
          {isSaved ? `✓ ${w('saved')}` : w('save')}
        </Button>
      }
    >
      {may('admin') && <SiteSpeech />}
      <p class="note">{w('site_labels_note')}</p>
      {chosen && (
        <>
          <div class="choices two">
            {OFFERED.map((one) => (
              <Button
                key={one}
                id={`format-${one}`}
                pressed={chosen.formats.includes(one)}
                kind={chosen.formats.includes(one) ? 'on' : ''}
                onClick={() => change({ ...chosen, formats: flipped(chosen.formats, one) })}
              >
                {one}
              </Button>
            ))}
          </div>
          {chosen.formats.includes('ITF') && (
            <section class="col" aria-label={w('itf_lengths')}>
              <h2>{w('itf_lengths')}</h2>
              <div class="choices three">
                {LENGTHS.map((one) => (
                  <Button
                    key={one}
                    id={`itf-${one}`}
                    pressed={chosen.itfLengths.includes(one)}
                    kind={chosen.itfLengths.includes(one) ? 'on' : ''}
                    onClick={() => change({ ...chosen, itfLengths: flipped(chosen.itfLengths, one) })}
                  >
                    {String(one)}
                  </Button>
                ))}
              </div>
            </section>
          )}
        </>
      )}
    </Screen>
  );
}
