import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Button } from '../kit/parts';
import { Camera, isChoice, type CameraFault } from './camera';
import type { CodeOut } from './decode';

/** How long a code stays drawn after the last frame that showed it, in ms. */
const SHOWN_MS = 900;

/**
 * The camera as a scanner: live picture with the frame that is read and the codes in it, torch and zoom where the phone has
 * them. Of several codes one is chosen by a tap.
 */
export default function CameraPane({
  onClose,
  onFrames,
}: {
  onClose?: () => void;
  onFrames?: (frames: number, ms: number) => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const camera = useRef<Camera | null>(null);
  const [fault, setFault] = useState<CameraFault | null>(null);
  const [torch, setTorch] = useState<boolean | null>(null);
  const [zooms, setZooms] = useState<readonly number[]>([]);
  const [zoom, setZoom] = useState(2);
  const [seen, setSeen] = useState<readonly CodeOut[]>([]);
  const [opening, setOpening] = useState(0);
  useEffect(() => {
    const opened = new Camera(video.current as HTMLVideoElement);
    camera.current = opened;
    let fading = 0;
    opened.onSeen = (codes) => {
      clearTimeout(fading);
      setSeen(codes);
      fading = window.setTimeout(() => setSeen([]), SHOWN_MS);
    };
    opened.onEnded = () => setFault('ended');
    void opened.open().then((found) => {
      setFault(found);
      if (opened.hasTorch) setTorch(false);
      setZooms(opened.zooms);
    });
    const timer = setInterval(() => onFrames?.(opened.frames, opened.lastMs), 500);
    const onHide = (): void => {
      if (document.visibilityState === 'hidden') onClose?.();
    };
    document.addEventListener('visibilitychange', onHide);
    return () => {
      clearInterval(timer);
      clearTimeout(fading);
      document.removeEventListener('visibilitychange', onHide);
      opened.close();
    };
  }, [opening]);
  const light = async (): Promise<void> => {
    if (await camera.current?.torch(!torch)) setTorch(!torch);
  };
  const nearer = async (): Promise<void> => {
    const next = zooms[(zooms.indexOf(zoom) + 1) % zooms.length] ?? 1;
    if (await camera.current?.zoom(next)) setZoom(next);
  };
  const again = (): void => {
    setFault(null);
    setSeen([]);
    setOpening(opening + 1);
  };
  if (fault)
    return (
      <div class="card ask col" role="alert">
        <p>△ {t(`camera_${fault}`)}</p>
        {fault !== 'insecure' && (
          <Button id="camera-again" onClick={again}>
            {t('try_again')}
          </Button>
        )}
        {onClose && <Button onClick={onClose}>{t('close')}</Button>}
      </div>
    );
  return (
    <div class="camera" data-testid="camera">
      <video ref={video} playsInline muted aria-label={t('camera')} />
      <div class="roi" />
      {seen.length > 0 && (
        <svg
          viewBox={`0 0 ${video.current?.videoWidth ?? 4} ${video.current?.videoHeight ?? 3}`}
          preserveAspectRatio="xMidYMid slice"
        >
          {seen.map((code, place) => (
            <polygon
              key={place}
              data-testid="seen-code"
              role="button"
              tabIndex={0}
              aria-label={code.text}
              points={code.corners?.map((one) => one.join(',')).join(' ')}
              onClick={() => camera.current?.choose(code)}
              onKeyDown={(event) => event.key === 'Enter' && camera.current?.choose(code)}
            />
          ))}
        </svg>
      )}
      {isChoice(seen) && (
        <div class="choose" role="status">
          {t('choose_code')}
        </div>
      )}
      <div class="tools">
        {torch !== null && (
          <Button id="camera-torch" pressed={torch} kind={torch ? 'on' : ''} onClick={() => void light()}>
            {t('torch')}
          </Button>
        )}
        {zooms.length > 0 && (
          <button
            type="button"
            class="btn"
            data-testid="camera-zoom"
            aria-label={`${t('zoom')} ${zoom}×`}
            onClick={() => void nearer()}
          >
            {zoom}×
          </button>
        )}
        {onClose && <Button onClick={onClose}>{t('close')}</Button>}
      </div>
    </div>
  );
}
