import { readFile } from 'node:fs/promises';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { beforeAll, describe, expect, it } from 'vitest';
import { LONGEST_QR, qr } from './qr';

beforeAll(async () => {
  const wasm = await readFile('node_modules/zxing-wasm/dist/reader/zxing_reader.wasm');
  await prepareZXingModule({
    overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer },
    fireImmediately: true,
  });
});

/** The modules as a picture, eight dots each, with the quiet zone. */
function picture(text: string): ImageData {
  const modules = qr(text);
  const size = (modules.length + 8) * 8;
  const data = new Uint8ClampedArray(size * size * 4).fill(255);
  modules.forEach((row, y) =>
    row.forEach((dark, x) => {
      if (!dark) return;
      for (let dy = 0; dy < 8; dy++)
        for (let dx = 0; dx < 8; dx++)
          data.fill(
            0,
            (((y + 4) * 8 + dy) * size + (x + 4) * 8 + dx) * 4,
            (((y + 4) * 8 + dy) * size + (x + 4) * 8 + dx) * 4 + 3,
          );
    }),
  );
  return { data, width: size, height: size, colorSpace: 'srgb' } as ImageData;
}

describe('qr', () => {
  it.each([
    'A',
    'A9AF3-3WGA6',
    'https://gemba.local:8443/?enrol=A9AF3-3WGA6',
    'x'.repeat(53),
    'é王 '.repeat(10),
    'y'.repeat(LONGEST_QR),
  ])('is read back by another hand: %s', async (text) => {
    const [found] = await readBarcodes(picture(text), { formats: ['QRCode'] });
    expect(found?.text).toBe(text);
  });

  it('refuses what does not fit', () => {
    expect(() => qr('z'.repeat(LONGEST_QR + 1))).toThrow(RangeError);
  });
});
