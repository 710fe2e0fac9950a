/// <reference lib="webworker" />
import { prepareZXingModule, readBarcodes, type ReadInputBarcodeFormat } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

/** One frame to read: the pixels, and how much effort this one is worth. */
export interface FrameIn {
  id: number;
  image: ImageBitmap;
  harder: boolean;
}
export interface CodeOut {
  text: string;
  symbology: string;
  format: string;
}
export interface FrameOut {
  id: number;
  ms: number;
  codes: CodeOut[];
  error?: string;
}

/** What labels on a floor carry, no more, since each format costs time. */
const FORMATS: ReadInputBarcodeFormat[] = [
  'EAN13',
  'EAN8',
  'UPCA',
  'UPCE',
  'Code128',
  'Code39',
  'ITF',
  'QRCode',
  'DataMatrix',
  'Aztec',
];

prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path) },
});

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

async function read(frame: FrameIn): Promise<FrameOut> {
  const start = performance.now();
  const found = await readBarcodes(pixels(frame.image), {
    formats: FORMATS,
    tryHarder: frame.harder,
    tryRotate: true,
    tryInvert: false,
    tryDownscale: frame.harder,
    maxNumberOfSymbols: 2,
    textMode: 'Plain',
  });
  const codes = found
    .filter((code) => code.isValid && code.text)
    .map((code) => ({ text: code.text, symbology: code.symbologyIdentifier, format: code.format }));
  return { id: frame.id, ms: performance.now() - start, codes };
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
