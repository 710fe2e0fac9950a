import { describe, expect, it } from 'vitest';
import { Evidence } from './evidence';
import { boxOf, places, type Grey, type Point } from './places';
import type { CodeOut } from './decode';

/** Grey paper with bars of 5 pixels, 180 long and 72 high, round each middle and turned by its angle. */
function paper(...bars: readonly { x: number; y: number; angle: number }[]): Grey {
  const [width, height] = [480, 360];
  const pixels = new Uint8Array(width * height).fill(180);
  for (const { x, y, angle } of bars)
    for (let u = -90; u < 90; u += 0.5)
      for (let v = -36; v < 36; v += 0.5) {
        const column = Math.round(x + u * Math.cos(angle) - v * Math.sin(angle));
        const row = Math.round(y + u * Math.sin(angle) + v * Math.cos(angle));
        pixels[row * width + column] = Math.floor((u + 90) / 5) % 2 ? 20 : 240;
      }
  return { pixels, width, height };
}

describe('where bars stand', () => {
  it.each([0, 0.4, 1.2, -0.8])('is found with their length and direction when turned by %s', (angle) => {
    const found = places(paper({ x: 240, y: 180, angle }));
    expect(found).toHaveLength(1);
    const [{ x, y, along, angle: told } = boxOf([])] = found;
    expect(Math.hypot(x - 240, y - 180)).toBeLessThan(8);
    expect(along).toBeGreaterThan(160);
    expect(along).toBeLessThan(205);
    expect(Math.abs(Math.sin(told - angle))).toBeLessThan(0.05);
  });

  it('is told apart for labels that touch at an angle, and nothing is found on paper', () => {
    const both = places(paper({ x: 150, y: 150, angle: 0 }, { x: 280, y: 200, angle: Math.PI / 2 }));
    expect(both).toHaveLength(2);
    expect(places(paper())).toEqual([]);
  });
});

const EAN = '8712340000012';
const OTHER = '8712340000029';
const square = (x: number, y: number, wide = 200, high = 80): Point[] => [
  [x, y],
  [x + wide, y],
  [x + wide, y + high],
  [x, y + high],
];
const code = (text: string, corners: Point[], format = 'EAN13'): CodeOut => ({
  text,
  symbology: ']E0',
  format,
  corners,
});
const verdicts = (evidence: Evidence): string[] =>
  evidence.codes().map((one) => `${one.text} ${one.sure ? 'sure' : 'doubtful'}`);

describe('what looks say together', () => {
  it('is sure of bars when two looks agree, and of a matrix code at once', () => {
    const evidence = new Evidence();
    evidence.hint(code(EAN, square(100, 100)));
    evidence.hint(code('A', square(600, 100, 60, 60), 'DataMatrix'));
    expect(verdicts(evidence)).toEqual(['A sure', `${EAN} doubtful`]);
    evidence.find(code(EAN, square(102, 120, 198, 10)));
    expect(verdicts(evidence)).toEqual(['A sure', `${EAN} sure`]);
  });

  it('is never sure of a text that another at the same place contradicts as often', () => {
    const evidence = new Evidence();
    evidence.hint(code(OTHER, square(100, 100)));
    for (const text of [EAN, EAN, OTHER]) evidence.find(code(text, square(100, 100)));
    expect(verdicts(evidence)).toEqual([`${EAN} doubtful`, `${OTHER} doubtful`]);
  });

  it('counts equal labels below each other one by one, though the first look took them for one tall code', () => {
    const evidence = new Evidence();
    evidence.hint(code(EAN, square(100, 100, 200, 400)));
    for (const top of [100, 260, 420]) evidence.find(code(EAN, square(100, top)));
    expect(verdicts(evidence)).toEqual([`${EAN} sure`, `${EAN} sure`, `${EAN} sure`]);
  });

  it('asks for a second look where only the first saw bars', () => {
    const evidence = new Evidence();
    evidence.hint(code(EAN, square(100, 100)));
    expect(evidence.unexplained([])).toHaveLength(1);
    expect(evidence.unexplained([boxOf(square(95, 98, 210, 84))])).toEqual([]);
  });
});
