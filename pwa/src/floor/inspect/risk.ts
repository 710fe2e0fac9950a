/** Exact sampling risk of one lot: the hypergeometric distribution, summed by its ratios so that nothing overflows. */

/** The probability that at most `ac` of `n`, drawn without replacement from `lot` with `bad` nonconforming, are so. */
export function acceptance(lot: number, bad: number, n: number, ac: number): number {
  if (ac < 0) return 0;
  const most = Math.min(n, bad);
  if (most <= ac) return 1;
  const least = Math.max(0, n - (lot - bad));
  if (least > ac) return 0;
  // Terms relative to the first; their sum over all, to norm them, is never zero.
  let term = 1;
  let below = 0;
  let all = 0;
  for (let found = least; found <= most; found++) {
    all += term;
    if (found <= ac) below += term;
    term *= ((bad - found) * (n - found)) / ((found + 1) * (lot - bad - n + found + 1));
    if (all > 1e280) {
      all /= 1e280;
      below /= 1e280;
      term /= 1e280;
    }
  }
  return below / all;
}

/** The same from here: `drawn` of the sample have been looked at, `found` of those were nonconforming. */
export function fromHere(lot: number, bad: number, n: number, ac: number, drawn: number, found: number): number {
  if (found > ac) return 0;
  const left = lot - drawn;
  return acceptance(left, Math.min(Math.max(bad - found, 0), left), Math.max(n - drawn, 0), ac - found);
}

/** The fewest nonconforming at which the lot passes at most this often. */
export function caughtFrom(lot: number, n: number, ac: number, passes: number): number {
  let low = 0;
  let high = lot;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (acceptance(lot, middle, n, ac) <= passes) high = middle;
    else low = middle + 1;
  }
  return low;
}
