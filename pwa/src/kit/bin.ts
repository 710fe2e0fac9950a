/** A bin code cut at its dashes; `names` tells what each part is, most codes being aisle-bay-level-slot. */
export type BinPart = 'site' | 'zone' | 'aisle' | 'bay' | 'level' | 'slot' | 'part';

const NAMES: Record<number, readonly BinPart[]> = {
  4: ['aisle', 'bay', 'level', 'slot'],
  3: ['aisle', 'bay', 'level'],
  5: ['zone', 'aisle', 'bay', 'level', 'slot'],
};

export function splitBin(code: string): { text: string; name: BinPart }[] {
  const parts = code.split(/[-.]/).filter(Boolean);
  const names = NAMES[parts.length] ?? [];
  return parts.map((text, place) => ({ text, name: names[place] ?? 'part' }));
}

/** Size step for a code of this many characters, so that the longest still fits a 320 px screen. */
export function binSize(code: string): '' | 'm' | 's' | 'xs' {
  if (code.length <= 8) return '';
  if (code.length <= 9) return 'm';
  return code.length <= 12 ? 's' : 'xs';
}
