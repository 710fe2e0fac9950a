/** The decoder (zxing-wasm, from our own origin) behind our names. Runs in a worker only. */
import { prepareZXingModule, readBarcodes, type ReadInputBarcodeFormat } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

export interface CodeOut {
  text: string;
  symbology: string;
  format: string;
  corners?: readonly (readonly [number, number])[];
  /** Confirmed by the server, by several looks, or chosen by a person: no second frame has to agree. */
  sure?: boolean;
}

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

/** How much effort a picture is worth. */
export interface Effort {
  formats: readonly string[];
  /** Every row instead of some. */
  harder: boolean;
  /** Turned by quarters and, with `harder`, scaled down as well. */
  turned: boolean;
  most: number;
}

/** Every valid code in a picture, its corners in the picture's pixels. */
export async function decode(picture: ImageData, effort: Effort): Promise<CodeOut[]> {
  const found = await readBarcodes(picture, {
    formats: known(effort.formats),
    tryHarder: effort.harder,
    tryRotate: effort.turned,
    tryInvert: false,
    tryDownscale: effort.harder && effort.turned,
    maxNumberOfSymbols: effort.most,
    textMode: 'Plain',
  });
  return found
    .filter((code) => code.isValid && code.text)
    .map(({ text, symbologyIdentifier: symbology, format, position }) => ({
      text,
      symbology,
      format,
      corners: [position.topLeft, position.topRight, position.bottomRight, position.bottomLeft].map(
        ({ x, y }) => [x, y] as const,
      ),
    }));
}
