/// <reference lib="webworker" />
import { prepareZXingModule, readBarcodes, type ReadInputBarcodeFormat } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

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
export interface CodeOut {
  text: string;
  symbology: string;
  format: string;
  corners?: readonly (readonly [number, number])[];
  /** Confirmed by the server, or chosen by a person: no second frame has to agree. */
  sure?: boolean;
}
export interface FrameOut {
  id: number;
  ms: number;
  codes: CodeOut[];
  error?: string;
}

/** What labels on a floor usually carry, no more, since each format costs time. */
const FORMATS = ['EAN13', 'UPCA', 'Code128', 'ITF', 'QR', 'DataMatrix', 'Aztec'];
/** Our names of symbologies that the decoder calls otherwise; those it does not know are left to the server. */
const NAMES: Readonly<Record<string, ReadInputBarcodeFormat>> = {
  Aztec: 'Aztec',
  Codabar: 'Codabar',
  Code39: 'Code39',
  Code93: 'Code93',
  Code128: 'Code128',
  DataBar: 'DataBar',
  DataBarExp: 'DataBarExpanded',
  DataBarLtd: 'DataBarLimited',
  DataMatrix: 'DataMatrix',
  EAN8: 'EAN8',
  EAN13: 'EAN13',
  ITF: 'ITF',
  MaxiCode: 'MaxiCode',
  MicroQR: 'MicroQRCode',
  PDF417: 'PDF417',
  QR: 'QRCode',
  RMQR: 'RMQRCode',
  UPCA: 'UPCA',
  UPCE: 'UPCE',
};
const known = (names: readonly string[]): ReadInputBarcodeFormat[] => names.flatMap((name) => NAMES[name] ?? []);

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
    formats: known(frame.formats ?? FORMATS),
    tryHarder: frame.harder,
    tryRotate: true,
    tryInvert: false,
    tryDownscale: frame.harder,
    maxNumberOfSymbols: frame.many ? 60 : 6,
    textMode: 'Plain',
  });
  const codes = found
    .filter((code) => code.isValid && code.text)
    .map(({ text, symbologyIdentifier: symbology, format, position }) => ({
      text,
      symbology,
      format,
      corners: [position.topLeft, position.topRight, position.bottomRight, position.bottomLeft].map(
        ({ x, y }) => [x, y] as const,
      ),
    }));
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
