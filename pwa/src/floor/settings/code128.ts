/** Code 128, code set B (ISO/IEC 15417): widths of bar, space, bar, space, bar, space for each value; 106 is the stop. */
const WIDTHS =
  '212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232';
const STOP = '2331112';
const START_B = 104;
/** Modules of white on each side; the standard asks for ten. */
const QUIET = 10;

const widthsOf = (value: number): number[] => [...WIDTHS.slice(value * 6, value * 6 + 6)].map(Number);

/** The bars of a text as [x, width] in modules, and the whole width, quiet zones included. */
export function code128(text: string): { width: number; bars: [number, number][] } {
  const values = [START_B, ...[...text].map((one) => one.charCodeAt(0) - 32)];
  const check = values.reduce((sum, value, place) => sum + value * Math.max(1, place), 0) % 103;
  const widths = [...[...values, check].flatMap(widthsOf), ...[...STOP].map(Number)];
  const bars: [number, number][] = [];
  let x = QUIET;
  widths.forEach((width, place) => {
    if (place % 2 === 0) bars.push([x, width]);
    x += width;
  });
  return { width: x + QUIET, bars };
}
