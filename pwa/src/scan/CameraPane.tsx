import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Camera, type CameraFault } from './camera';

/** The camera as a scanner: live picture with the frame that is read, torch where the phone has one. */
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
  useEffect(() => {
    const opened = new Camera(video.current as HTMLVideoElement);
    camera.current = opened;
    void opened.open().then((found) => {
      setFault(found);
      if (opened.hasTorch) setTorch(false);
    });
    const timer = setInterval(() => onFrames?.(opened.frames, opened.lastMs), 500);
    const onHide = (): void => {
      if (document.visibilityState === 'hidden') onClose?.();
    };
    document.addEventListener('visibilitychange', onHide);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onHide);
      opened.close();
    };
  }, []);
  const light = (): void => {
    void camera.current?.torch(!torch);
    setTorch(!torch);
  };
  if (fault)
    return (
      <div class="card ask" role="alert">
        {t(`camera_${fault}`)}
      </div>
    );
  return (
    <div class="camera" data-testid="camera">
      <video ref={video} playsInline muted aria-label={t('camera')} />
      <div class="roi" />
      <div class="tools">
        {torch !== null && (
          <button type="button" class="btn" aria-pressed={torch} onClick={light}>
            {t('torch')}
          </button>
        )}
        {onClose && (
          <button type="button" class="btn" onClick={onClose}>
            {t('close')}
          </button>
        )}
      </div>
    </div>
  );
}
