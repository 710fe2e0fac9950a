import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { scanOf } from '../../../test/round';
import { code128 } from './code128';
import { judge, LAYOUT_CODE, type Press } from './judge';

describe('the layout test code', () => {
  it('is read by a scanner as what it says', async () => {
    const wasm = readFileSync('node_modules/zxing-wasm/dist/reader/zxing_reader.wasm');
    prepareZXingModule({
      overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer },
    });
    const { width, bars } = code128(LAYOUT_CODE);
    const scale = 3;
    const high = 60;
    const data = new Uint8ClampedArray(width * scale * high * 4).fill(255);
    for (const [x, w] of bars) for (let y = 0; y < high; y++) paint(data, x * scale, w * scale, y, width * scale);
    const [found] = await readBarcodes({ data, width: width * scale, height: high, colorSpace: 'srgb' } as ImageData, {
      formats: ['Code128'],
    });
    expect(found?.text).toBe(LAYOUT_CODE);
  });
});

function paint(data: Uint8ClampedArray, x: number, w: number, y: number, stride: number): void {
  for (let at = x; at < x + w; at++) {
    const place = (y * stride + at) * 4;
    data[place] = 0;
    data[place + 1] = 0;
    data[place + 2] = 0;
  }
}

describe('what a few scans tell', () => {
  const typed = (text: string, gap: number, end: string, from: number): Press[] =>
    [...text, end].map((key, n) => ({ key, code: '', ctrl: false, at: from + n * gap }));

  it('finds the suffix and a gap twice the slowest seen', () => {
    expect(
      judge([...typed('4006381333931', 40, 'Tab', 0), ...typed('4006381333931', 45, 'Tab', 5000)], []),
    ).toMatchObject({ suffix: 'Tab', slowest: 45, gap: 90, layout: 'unknown' });
    expect(judge(typed('4006381333931', 4, 'Enter', 0), []).gap).toBe(60);
  });

  it('sees which characters a French keyboard turns, and how to turn them back', () => {
    const came = LAYOUT_CODE.replaceAll('A', 'Q').replace(/Z/, 'W');
    const verdict = judge([], [scanOf(came)]);
    expect(verdict.layout).toBe('differs');
    expect(verdict.swaps).toMatchObject({ W: 'Z' });
    expect(judge([], [scanOf(LAYOUT_CODE)]).layout).toBe('fits');
  });
});
