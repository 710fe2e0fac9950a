import { useEffect, useState } from 'preact/hooks';
import { carry } from '../../api/client';
import { w } from './words';

/** The photo somebody took on the floor. It may come later than what it shows: the device sends it when it can. */
export function Evidence({ photo }: { photo: string }) {
  const [src, setSrc] = useState<string | null>(null);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    let url = '';
    const load = async (): Promise<void> => {
      const answer = await carry(new Request(`${location.origin}/api/floor/work/photos/${photo}`));
      if (!answer.ok) throw new Error(String(answer.status));
      url = URL.createObjectURL(await answer.blob());
      setSrc(url);
    };
    load().catch(() => setMissing(true));
    return () => URL.revokeObjectURL(url);
  }, [photo]);
  if (isMissing) return <p class="note">{w('photo_not_here')}</p>;
  return src === null ? null : (
    <a class="evidence" href={src} target="_blank" rel="noopener">
      <img src={src} alt={w('photo_of')} />
    </a>
  );
}
