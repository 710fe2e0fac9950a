import { describe, expect, it, vi } from 'vitest';
import { ScanBus } from './bus';
import { counts } from './site';

describe('labels of the site', () => {
  const site = { formats: ['Code128', 'EAN13', 'UPCA', 'ITF', 'QR'], itfLengths: [14] };
  it.each([
    [']C1', '00395212340000000014', true],
    [']E0', '9521234000006', true],
    [']E0', '01234565', false],
    [']E4', '95212347', false],
    [']I1', '19521234000003', true],
    [']I0', '952123', false],
    [']A0', 'RACK', false],
    [']Q3', '01', true],
    [']d2', '01', false],
    [']X0', 'what no table names', true],
    [null, 'a scanner that tells nothing', true],
  ])('%s %s counts: %s', (id, text, expected) => {
    expect(counts(id, text, site)).toBe(expected);
    expect(counts(id, text, null)).toBe(true);
  });

  it('refuses aloud what the site does not read, and takes the rest', async () => {
    localStorage.setItem('gemba.site.labels', JSON.stringify({ formats: ['Code128'], itfLengths: [] }));
    const bus = new ScanBus();
    const refused = vi.fn();
    const seen: string[] = [];
    bus.onRefused = refused;
    bus.listen((scan) => void seen.push(scan.text));
    bus.push(']A0RACK', 'wedge', 0);
    bus.push(']C0RACK', 'wedge', 1000);
    await new Promise((go) => setTimeout(go, 0));
    localStorage.clear();
    expect(refused.mock.calls).toEqual([['other_label', ']A0RACK']]);
    expect(seen).toEqual(['RACK']);
  });
});
