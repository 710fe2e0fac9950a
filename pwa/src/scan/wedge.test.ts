import { describe, expect, it } from 'vitest';
import { GS } from './gs1';
import { LONGEST } from './scan';
import { Wedge, type Press } from './wedge';

describe('the hardware wedge', () => {
  const rig = (suffix: 'Enter' | 'Tab' | 'gap' = 'Enter', swaps: Record<string, string> = {}, awaited = true) => {
    const scans: string[] = [];
    const typed: string[] = [];
    const wedge = new Wedge(
      {
        scan: (text) => scans.push(text),
        typed: (keys) => typed.push(...keys),
        awaitsKeys: () => awaited,
      },
      () => ({ suffix, gap: 100, swaps }),
      () => undefined,
    );
    let at = 0;
    const type = (keys: string[], gap: number, more: Partial<Press> = {}): void =>
      keys.forEach((key) => wedge.press({ key, ctrl: false, at: (at += gap), ...more }));
    return { scans, typed, wedge, type, silence: () => wedge.silence((at += 2000)) };
  };

  it('takes a fast run with Enter or Tab as one scan', () => {
    for (const end of ['Enter', 'Tab']) {
      const { scans, type } = rig();
      type([...'4006381333931', end], 12);
      expect(scans).toEqual(['4006381333931']);
    }
  });

  it('does not take a person typing for a scan, but hands the keys on', () => {
    const { scans, typed, type, silence } = rig();
    type([...'12'], 150);
    silence();
    type(['Enter'], 150);
    expect(scans).toEqual([]);
    expect(typed).toEqual(['1', '2', 'Enter']);
  });

  it('reads GS as Ctrl+], and swapped characters as they were printed', () => {
    const { scans, wedge } = rig('Enter', { q: 'a' });
    let at = 0;
    for (const key of ['1', '0', 'q']) wedge.press({ key, ctrl: false, at: (at += 5) });
    wedge.press({ key: ']', ctrl: true, at: (at += 5) });
    for (const key of ['2', '1', 'Enter']) wedge.press({ key, ctrl: false, at: (at += 5) });
    expect(scans).toEqual([`10a${GS}21`]);
  });

  it('ends by silence where the scanner sends no suffix, and saves a scan whose suffix was lost', () => {
    const gap = rig('gap');
    gap.type([...'ABC'], 10);
    gap.silence();
    expect(gap.scans).toEqual(['ABC']);
    const lost = rig();
    lost.type([...'4006381333931'], 10);
    lost.silence();
    expect(lost.scans).toEqual(['4006381333931']);
  });

  it('keeps the first characters of a scan whose rest the page handles late', () => {
    const { scans, wedge } = rig('Enter', {}, false);
    for (const [at, key] of [...'B-'].entries()) wedge.press({ key, ctrl: false, at });
    wedge.silence(2000);
    for (const [at, key] of [...'b7a5', 'Enter'].entries()) wedge.press({ key, ctrl: false, at: 2 + at });
    expect(scans).toEqual(['B-b7a5']);
  });

  it.each([
    ['where nothing is typed', false],
    ['where a number may be typed', true],
  ])('keeps a scan whole whose rest reaches the page late, %s', (_, awaited) => {
    const code = '00395012340000000017';
    for (const arrived of [3, 4, 5, 6, 10, code.length]) {
      const { scans, typed, wedge } = rig('Enter', {}, awaited);
      const keys = [...code, 'Enter'].map((key, place): Press => ({ key, ctrl: false, at: place * 5 }));
      for (const one of keys.slice(0, arrived)) wedge.press(one);
      wedge.silence(arrived * 5 + 400);
      wedge.silence(arrived * 5 + 1400);
      for (const one of keys.slice(arrived)) wedge.press(one);
      expect([scans, typed]).toEqual([[code], []]);
    }
  });

  it('waits long for a lost suffix once, and no longer for the next', () => {
    const { scans, wedge } = rig();
    const press = (text: string, from: number): void =>
      [...text].forEach((key, place) => wedge.press({ key, ctrl: false, at: from + place }));
    press('4006381333931', 0);
    wedge.silence(300);
    expect(scans).toEqual([]);
    wedge.silence(2000);
    press('4006381333948', 5000);
    wedge.silence(5200);
    expect(scans).toEqual(['4006381333931', '4006381333948']);
    wedge.press({ key: 'Enter', ctrl: false, at: 9000 });
    for (const [place, key] of [...'A-01-1-A', 'Enter'].entries()) wedge.press({ key, ctrl: false, at: 9500 + place });
    press('4006381333955', 12000);
    wedge.silence(12300);
    expect(scans).toHaveLength(3);
  });

  it('lets a stray key go once the next scan comes', () => {
    const { scans, wedge } = rig('Enter', {}, false);
    wedge.press({ key: 'x', ctrl: false, at: 0 });
    wedge.silence(1000);
    for (const [at, key] of [...'A-01', 'Enter'].entries()) wedge.press({ key, ctrl: false, at: 5000 + at });
    expect(scans).toEqual(['A-01']);
  });

  it('survives a key without a name and a modifier, and leaves a blank Enter alone', () => {
    const { scans, wedge, type } = rig();
    wedge.press({ key: undefined, ctrl: false, at: 1 });
    type(['Shift', 'A', 'Shift', 'B', 'C', 'Enter'], 5);
    expect(scans).toEqual(['ABC']);
    expect(wedge.press({ key: 'Enter', ctrl: false, at: 9000 })).toBe(false);
  });

  it('does not grow without bounds under a stuck key', () => {
    const { scans, type } = rig();
    type([...'A'.repeat(20_000), 'Enter'], 1);
    expect(scans[0]).toHaveLength(LONGEST + 1);
  });
});
