import { useEffect, useState } from 'preact/hooks';
import { photos } from '../outbox';

/** A photo somebody took on the floor; touched, it is shown whole. It may come later than what it shows: its device sends it when it can. */
export function Snapshot({ photo, alt, missing }: { photo: string; alt: string; missing: string }) {
  const [src, setSrc] = useState<string | null>(null);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    let url = '';
    let gone = false;
    const show = async (): Promise<void> => {
      const found = await photos.load(photo);
      if (gone) return;
      url = URL.createObjectURL(found);
      setSrc(url);
    };
    setMissing(false);
    show().catch(() => setMissing(true));
    return () => {
      gone = true;
      URL.revokeObjectURL(url);
    };
  }, [photo]);
  if (isMissing) return <p class="note">{missing}</p>;
  return src === null ? null : (
    <a class="snapshot" href={src} target="_blank" rel="noopener" data-testid="snapshot">
      <img src={src} alt={alt} />
    </a>
  );
}
