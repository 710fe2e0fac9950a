/** Reads all labels of one photograph: by the server when it answers, else on the device, which sees less but is there. */
import { carry } from '../../api/client';
import type { components } from '../../api/schema';
import type { FrameIn, FrameOut } from '../../scan/camera.worker';
import { counts, siteFormats, siteLabels, type SiteLabels } from '../../scan/site';
import { USUAL } from '../../scan/usual';
import type { Mark, Sheet } from './marks';

type Seen = components['schemas']['Seen'];

/** The server takes 12 megapixels and 3 MB; small labels need all of them. */
const MOST_PIXELS = 11_900_000;
const MOST_BYTES = 2_900_000;
/** How long the device may take for all of a photo; what it has read by then counts. */
const DEVICE_PATIENCE_MS = 20_000;

async function drawn(image: ImageBitmap, scale: number, quality: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}

/** A JPEG the server accepts, as large as it may be. */
async function fitted(image: ImageBitmap): Promise<Blob> {
  const scale = Math.min(
    1,
    Math.sqrt(MOST_PIXELS / (image.width * image.height)),
    6000 / Math.max(image.width, image.height),
  );
  let made = await drawn(image, scale, 0.8);
  if (made.size > MOST_BYTES) made = await drawn(image, scale, 0.5);
  return made.size > MOST_BYTES ? drawn(image, scale * 0.6, 0.6) : made;
}

async function byServer(photo: Blob, expected: readonly string[]): Promise<Omit<Sheet, 'url'> | null> {
  const query = new URLSearchParams({ still: 'true', expected: expected.slice(0, 200).join(',').slice(0, 7900) });
  const answer = await carry(
    new Request(`/api/floor/scanning/read?${query}`, {
      method: 'POST',
      body: await photo.arrayBuffer(),
      headers: { 'Content-Type': 'image/jpeg' },
    }),
  );
  if (!answer.ok) return null;
  const seen = (await answer.json()) as Seen;
  if (seen.error) return null;
  const marks: Mark[] = seen.codes.map(({ text, symbologyId, format, corners, confirmed }) => ({
    text,
    symbology: symbologyId,
    format,
    corners: corners as Mark['corners'],
    sure: confirmed,
  }));
  return { width: seen.width, height: seen.height, marks, by: 'server' };
}

/** Before a site's choice was heard: the decoder keeps to what labels usually carry, and shorter ITF is the torn half of a longer one. */
const UNKNOWN_SITE: SiteLabels = { formats: USUAL, itfLengths: [14] };

/** How much of the reading is done, 0 to 1. */
export type OnPart = (part: number) => void;

/** What the device itself reads in bearable time; the worker takes the picture over. */
async function byDevice(image: ImageBitmap, onPart: OnPart): Promise<Omit<Sheet, 'url'>> {
  const { width, height } = image;
  const worker = new Worker(new URL('../../scan/camera.worker.ts', import.meta.url), { type: 'module' });
  try {
    const out = await new Promise<FrameOut>((done, failed) => {
      let sofar: FrameOut | null = null;
      setTimeout(() => (sofar ? done(sofar) : failed(new Error('too slow'))), DEVICE_PATIENCE_MS);
      worker.onmessage = ({ data }: MessageEvent<FrameOut>) => {
        if (data.error) failed(new Error(data.error));
        else if (data.part === undefined) done(data);
        else onPart((sofar = data).part ?? 0);
      };
      worker.onerror = () => failed(new Error('no decoder'));
      const frame: FrameIn = { id: 0, image, harder: true, many: true, formats: siteFormats() };
      worker.postMessage(frame, [image]);
    });
    const marks = out.codes
      .filter(({ symbology, text }) => counts(symbology, text, siteLabels() ?? UNKNOWN_SITE))
      .map((code) => ({ ...code, corners: code.corners ?? [], sure: code.sure === true }));
    return { width, height, marks, by: 'device' };
  } finally {
    worker.terminate();
  }
}

/** Everything one photo says. Rejects when it is no picture, or nobody could read it. */
export async function readPhoto(
  file: Blob,
  expected: readonly string[],
  onPart: OnPart = () => undefined,
): Promise<Sheet> {
  const image = await createImageBitmap(file);
  try {
    const photo = await fitted(image);
    const read = (await byServer(photo, expected).catch(() => null)) ?? (await byDevice(image, onPart));
    return { ...read, url: URL.createObjectURL(photo) };
  } finally {
    image.close();
  }
}
