/** The part of the picture that is read: 70 % of the width, 60 % of the height, in the middle. */
export const ROI = { width: 0.7, height: 0.6 };
/** The server gets a tenth more on every side, at most so wide and so many bytes: a frame must travel fast over bad Wi-Fi. */
export const MARGIN = 0.1;
export const WIDEST = 1280;
export const MOST_BYTES = 100_000;
const QUALITIES = [0.7, 0.5, 0.35, 0.2];

export interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Size of what is sent. */
  toWidth: number;
  toHeight: number;
}

/** Which part of a frame is sent to the server, and how large. */
export function part(width: number, height: number): Part {
  const w = Math.round(width * Math.min(1, ROI.width + 2 * MARGIN));
  const h = Math.round(height * Math.min(1, ROI.height + 2 * MARGIN));
  const scale = Math.min(1, WIDEST / Math.max(w, h));
  return {
    x: Math.round((width - w) / 2),
    y: Math.round((height - h) / 2),
    width: w,
    height: h,
    toWidth: Math.round(w * scale),
    toHeight: Math.round(h * scale),
  };
}

/** The first of ever smaller pictures that is small enough; null when none is. */
export async function smallEnough(make: (quality: number) => Promise<Blob>): Promise<Blob | null> {
  for (const quality of QUALITIES) {
    const made = await make(quality);
    if (made.size <= MOST_BYTES) return made;
  }
  return null;
}

/** The present frame's middle as a small JPEG. */
export function frameOf(video: HTMLVideoElement): Promise<Blob | null> {
  const cut = part(video.videoWidth, video.videoHeight);
  const canvas = new OffscreenCanvas(cut.toWidth, cut.toHeight);
  canvas.getContext('2d')?.drawImage(video, cut.x, cut.y, cut.width, cut.height, 0, 0, cut.toWidth, cut.toHeight);
  return smallEnough((quality) => canvas.convertToBlob({ type: 'image/jpeg', quality }));
}
