/// <reference lib="webworker" />
import { decode, type CodeOut } from './decode';
import { photograph } from './photograph';
import { USUAL } from './usual';

/** One frame to read: the pixels, and how much effort this one is worth. */
export interface FrameIn {
  id: number;
  image: ImageBitmap;
  harder: boolean;
  /** A photograph of many labels instead of one label held before the lens. */
  many?: boolean;
  /** The symbologies that count at this site; those labels usually carry when it is not known. */
  formats?: readonly string[] | undefined;
}
export interface FrameOut {
  id: number;
  ms: number;
  codes: CodeOut[];
  /** How much of a photograph is done, 0 to 1; absent when all is. */
  part?: number;
  error?: string;
}

let canvas: OffscreenCanvas | null = null;

function pixels(image: ImageBitmap): ImageData {
  canvas ??= new OffscreenCanvas(image.width, image.height);
  if (canvas.width !== image.width || canvas.height !== image.height)
    Object.assign(canvas, { width: image.width, height: image.height });
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  image.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function read({ id, image, harder, many, formats = USUAL }: FrameIn): Promise<FrameOut> {
  const start = performance.now();
  const codes = many
    ? await photograph(image, formats, ({ done, of, codes: sofar }) =>
        self.postMessage({ id, ms: performance.now() - start, codes: sofar, part: done / of } satisfies FrameOut),
      )
    : await decode(pixels(image), { formats, harder, turned: true, most: 6 });
  return { id, ms: performance.now() - start, codes };
}

self.onmessage = async (event: MessageEvent<FrameIn>): Promise<void> => {
  try {
    self.postMessage(await read(event.data));
  } catch (error) {
    self.postMessage({
      id: event.data.id,
      ms: 0,
      codes: [],
      error: error instanceof Error ? error.message : String(error),
    } satisfies FrameOut);
  }
};
