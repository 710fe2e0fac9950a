import { describe, expect, it, vi } from 'vitest';
import { ScanBus, MOST_WAITING, PATIENCE_MS } from './bus';
import { effort, isChoice, tune, zoomsOf } from './camera';
import { asDate, asGtin, checkDigitHolds, GS, parseGs1 } from './gs1';
import { LONGEST, shown, understand, type Scan } from './scan';
import { HOLD_MS, Steady } from './steady';

const GTIN = '09521234000006';

describe('GS1 element strings', () => {
  it.each([
    [`01${GTIN}1024117`, { gtin: GTIN, lot: '24117' }],
    [`01${GTIN}10AB-1${GS}17270331`, { gtin: GTIN, lot: 'AB-1', expires: '2027-03-31' }],
    [`${GS}01${GTIN}21S/9${GS}11261100`, { gtin: GTIN, serial: 'S/9', made: '2026-11-30' }],
    ['00395212340000000014', { sscc: '395212340000000014' }],
    [`02${GTIN}3748${GS}15270228`, { gtin: GTIN, contained: true, count: 48, bestBefore: '2027-02-28' }],
    [`01${GTIN}3012`, { gtin: GTIN, count: 12 }],
    [`(01)${GTIN}(10)24117(17)270331`, { gtin: GTIN, lot: '24117', expires: '2027-03-31' }],
    [`01${GTIN}310300125010L1`, { gtin: GTIN, lot: 'L1', others: { 3103: '001250' } }],
  ])('%s is read whole', (text, expected) => {
    expect(parseGs1(text)).toMatchObject(expected);
  });

  it.each([
    ['a wrong check digit', '0109521234000007'],
    ['a number cut short', '0109521234'],
    ['a thirteenth month', `01${GTIN}17271301`],
    ['the 30th of February', `01${GTIN}17270230`],
    ['a lot of 21 characters', `01${GTIN}10${'A'.repeat(21)}`],
    ['a count with letters', `01${GTIN}30AB`],
    ['text after a fixed part that is no identifier', `01${GTIN}XYZ`],
    ['nothing', ''],
  ])('refuses %s as a whole', (_, text) => {
    expect(parseGs1(text)).toBeNull();
  });

  it('slides the century and takes day 00 for the last of the month', () => {
    const today = new Date('2026-11-22');
    expect(['270228', '760101', '770101', '280200'].map((text) => asDate(text, today))).toEqual([
      '2027-02-28',
      '2076-01-01',
      '1977-01-01',
      '2028-02-29',
    ]);
  });

  it('knows EAN-8, UPC, EAN-13 and GTIN-14 by their check digit', () => {
    expect([
      asGtin('96385074'),
      asGtin('036000291452'),
      asGtin('4006381333931'),
      asGtin('4006381333930'),
      asGtin('12345'),
    ]).toEqual(['00000096385074', '00036000291452', '04006381333931', null, null]);
    expect(checkDigitHolds('x')).toBe(false);
  });
});

describe('a reading', () => {
  it('keeps GS and the symbology id apart from the text', () => {
    const scan = understand(`]d201${GTIN}1024117${GS}21X\r`, 'wedge', 1) as Scan;
    expect(scan).toMatchObject({
      symbology: ']d2',
      text: `01${GTIN}1024117${GS}21X`,
      gtin: GTIN,
      gs1: { lot: '24117', serial: 'X' },
    });
    expect(shown(scan.text)).toContain('␝');
  });

  it('does not take a plain bin code or EAN for a GS1 string', () => {
    expect(understand('C-07-3-B', 'wedge', 1)).toMatchObject({ gs1: null, gtin: null });
    expect(understand('4006381333931', 'wedge', 1)).toMatchObject({ gs1: null, gtin: '04006381333931' });
  });

  it('refuses 10,000 characters, nothing, and two scans that ran together', () => {
    expect(understand('A'.repeat(10_000), 'wedge', 1)).toBe('too_long');
    expect(understand('A'.repeat(LONGEST + 1), 'ime', 1)).toBe('too_long');
    expect(understand(' \r\n', 'wedge', 1)).toBe('blank');
    expect(understand('40063813339314006381333931', 'wedge', 1)).toBe('doubled');
    expect(understand('ABCDABCD', 'wedge', 1)).toMatchObject({ text: 'ABCDABCD' });
  });

  it('cuts a long code in the middle for the eye', () => {
    expect(shown('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')).toBe(
      'ABCDEFGHIJKLMNOPQRS…23456789'.slice(0, 20) + '23456789',
    );
  });
});

describe('the bus', () => {
  const later = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

  it('answers one scan at a time, in order, and counts those that wait', async () => {
    const bus = new ScanBus();
    const seen: string[] = [];
    let release: () => void = () => undefined;
    bus.listen(async (scan) => {
      seen.push(scan.text);
      if (scan.text === 'AAA') await new Promise<void>((done) => (release = done));
    });
    ['AAA', 'BBB', 'CCC'].forEach((code, n) => bus.push(code, 'wedge', n * 1000));
    await later();
    expect(seen).toEqual(['AAA']);
    expect(bus.waiting.value).toBe(2);
    release();
    await later();
    await later();
    expect(seen).toEqual(['AAA', 'BBB', 'CCC']);
    expect(bus.waiting.value).toBe(0);
  });

  it('keeps scans that arrive before a screen listens', async () => {
    const bus = new ScanBus();
    bus.push('AAA', 'wedge', 0);
    const seen: string[] = [];
    bus.listen((scan) => void seen.push(scan.text));
    await later();
    expect(seen).toEqual(['AAA']);
  });

  it('takes the same code from two sources within 300 ms as one, and from one source twice as two', async () => {
    const bus = new ScanBus();
    const seen: string[] = [];
    bus.listen((scan) => void seen.push(`${scan.text} ${scan.source}`));
    bus.push('AAA', 'wedge', 0);
    bus.push('AAA', 'ime', 120);
    bus.push('BBB', 'wedge', 1000);
    bus.push('BBB', 'wedge', 1100);
    bus.push('CCC', 'camera', 2000);
    bus.push('CCC', 'wedge', 2500);
    await later();
    await later();
    expect(seen).toEqual(['AAA wedge', 'BBB wedge', 'BBB wedge', 'CCC camera', 'CCC wedge']);
  });

  it('goes on after an answer that failed, and tells of it', async () => {
    const bus = new ScanBus();
    const failed = vi.fn();
    const seen: string[] = [];
    bus.onFailed = failed;
    bus.listen((scan) => {
      if (scan.text === 'AAA') throw new Error('broken');
      seen.push(scan.text);
    });
    bus.push('AAA', 'wedge', 0);
    bus.push('BBB', 'wedge', 1000);
    await later();
    await later();
    expect(failed).toHaveBeenCalledOnce();
    expect(seen).toEqual(['BBB']);
  });

  it('does not let a screen that never answers hold up the scans behind it', async () => {
    vi.useFakeTimers();
    const bus = new ScanBus();
    const seen: string[] = [];
    bus.listen((scan) => {
      seen.push(scan.text);
      return scan.text === 'AAA' ? new Promise(() => undefined) : undefined;
    });
    bus.push('AAA', 'wedge', 0);
    bus.push('BBB', 'wedge', 1000);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    expect(seen).toEqual(['AAA']);
    await vi.advanceTimersByTimeAsync(2);
    vi.useRealTimers();
    expect(seen).toEqual(['AAA', 'BBB']);
  });

  it('refuses more than it can keep, aloud', () => {
    const bus = new ScanBus();
    const refused = vi.fn();
    bus.onRefused = refused;
    for (let n = 0; n <= MOST_WAITING; n++) bus.push(`CODE${n}`, 'wedge', n * 1000);
    bus.push('A'.repeat(10_000), 'wedge', 1);
    expect(refused.mock.calls.map(([why]) => why as string)).toEqual(['too_many', 'too_long']);
  });

  it('lets the newest screen answer, and the one before it again afterwards', async () => {
    const bus = new ScanBus();
    const seen: string[] = [];
    bus.listen(() => void seen.push('below'));
    const leave = bus.listen(() => void seen.push('above'));
    bus.push('AAA', 'wedge', 0);
    await later();
    leave();
    bus.push('BBB', 'wedge', 1000);
    await later();
    expect(seen).toEqual(['above', 'below']);
  });
});

describe('the camera', () => {
  const code = (text: string, format = 'QRCode') => ({ text, format, symbology: '' });

  it('takes a label that stays in view once, and again when it comes back later', () => {
    const steady = new Steady();
    const taken = [0, 50, 100, 1400, 1400 + HOLD_MS + 1].map((now) => steady.accept([code('A')], now).length);
    expect(taken).toEqual([1, 0, 0, 0, 1]);
  });

  it.each(['ITF', 'ITF14', 'Code39Std', 'EAN13', 'UPCA'])('wants two frames to agree on a code of %s', (format) => {
    const steady = new Steady();
    expect([0, 40, 80].map((now) => steady.accept([code('0123', format)], now).length)).toEqual([0, 1, 0]);
  });

  it('takes what the server confirmed or a person chose at once', () => {
    const steady = new Steady();
    const sure = { ...code('0123', ''), sure: true };
    expect([0, 40].map((now) => steady.accept([sure], now).length)).toEqual([1, 0]);
  });

  it('lets a person choose where codes say different things, and offers the zoom that the lens has', () => {
    expect([[code('A'), code('A')], [code('A'), code('B')], [code('A')]].map(isChoice)).toEqual([false, true, false]);
    expect([{ min: 1, max: 3 }, { min: 1, max: 8 }, { min: 1, max: 1 }, undefined].map(zoomsOf)).toEqual([
      [1, 2],
      [1, 2, 4],
      [],
      [],
    ]);
  });

  it('never takes a UPC-E that may be half of a covered EAN-13', () => {
    const steady = new Steady();
    const taken = (text: string): number[] => [0, 40].map((now) => steady.accept([code(text, 'UPCE')], now).length);
    expect([taken('10315194'), taken('0103151009194'), taken('0012300000451')]).toEqual([
      [0, 0],
      [0, 0],
      [0, 1],
    ]);
  });

  it('spends more effort on every third frame and looks at the whole picture every tenth', () => {
    const frames = Array.from({ length: 30 }, (_, n) => effort(n));
    expect(frames.filter((frame) => frame.harder)).toHaveLength(10);
    expect(frames.filter((frame) => frame.whole)).toHaveLength(3);
  });

  it('uses torch, zoom and focus only where the track has them', async () => {
    const track = (can: object) => ({ getCapabilities: () => can, applyConstraints: vi.fn(() => Promise.resolve()) });
    const rich = track({ torch: true, zoom: { min: 1, max: 1.5 }, focusMode: ['continuous'] });
    const poor = track({});
    expect(await tune(rich as unknown as MediaStreamTrack)).toMatchObject({ torch: true });
    expect(rich.applyConstraints).toHaveBeenCalledWith({ advanced: [{ focusMode: 'continuous', zoom: 1.5 }] });
    expect(await tune(poor as unknown as MediaStreamTrack)).toEqual({ torch: false, zooms: [] });
    expect(poor.applyConstraints).not.toHaveBeenCalled();
  });
});
