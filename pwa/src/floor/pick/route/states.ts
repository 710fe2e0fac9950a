// The states of the program: one base-16 digit per aisle head, 0 untouched, else 2 * piece + odd.

export type Effect = readonly [front: number, back: number, joined: boolean];
export const EFFECTS: readonly Effect[] = [
  [0, 0, false],
  [2, 0, false],
  [0, 2, false],
  [2, 2, false],
  [1, 1, true],
  [2, 2, true],
  [1, 1, false],
  [1, 0, false],
  [0, 1, false],
  [1, 2, false],
  [2, 1, false],
  [1, 2, true],
  [2, 1, true],
];
export const EMPTY = [0, 4, 5],
  FULL = [1, 2, 3, 4, 5],
  FIRST = [7, 8, 9, 10, 11, 12],
  SECOND = [1, 2, 3, 4, 5, 6];

function renumber(pieces: number[], odd: number[]): number {
  const names = new Map<number, number>();
  let code = 0;
  for (let c = 0; c < pieces.length; c++) {
    const piece = pieces[c]!;
    if (piece === 0) continue;
    if (!names.has(piece)) names.set(piece, names.size + 1);
    code += (2 * names.get(piece)! + odd[c]!) * 16 ** c;
  }
  return code;
}

export function split(code: number, crosses: number): [number[], number[]] {
  const pieces: number[] = [],
    odd: number[] = [];
  for (let c = 0; c < crosses; c++) {
    const digit = Math.floor(code / 16 ** c) % 16;
    pieces.push(digit >> 1);
    odd.push(digit & 1);
  }
  return [pieces, odd];
}

function touch(pieces: number[], odd: number[], cross: number, steps: number): void {
  if (steps === 0) return;
  if (pieces[cross] === 0) pieces[cross] = 20 + cross;
  odd[cross] = odd[cross]! ^ (steps & 1);
}

function joinLoose(pieces: number[], odd: number[]): number[] {
  const count = new Map<number, number>();
  pieces.forEach((piece, c) => count.set(piece, (count.get(piece) ?? 0) + odd[c]!));
  return pieces.map((piece) => (piece > 0 && count.get(piece)! % 2 === 1 ? 40 : piece));
}

export class States {
  readonly codes: number[] = [];
  readonly sides: number[] = [];
  readonly over: boolean[] = [];
  private readonly index = new Map<number, number>();
  private readonly tables = new Map<string, number[]>();
  private readonly sideways: number[][] = [];
  readonly crosses: number;

  constructor(crosses: number) {
    this.crosses = crosses;
    this.intern(0);
  }

  intern(code: number): number {
    let at = this.index.get(code);
    if (at === undefined) {
      at = this.codes.length;
      this.index.set(code, at);
      this.codes.push(code);
      const [pieces, odd] = split(code, this.crosses);
      this.sides.push(pieces.reduce((sum, piece, c) => sum + (piece === 0 ? 0 : odd[c] === 1 ? 1 : 2), 0));
      this.over.push(odd.every((o) => o === 0) && pieces.every((piece) => piece <= 1));
    }
    return at;
  }

  /** What an operation does to every state met so far; filled in as states turn up. */
  table(name: string): number[] {
    let table = this.tables.get(name);
    if (table === undefined) this.tables.set(name, (table = []));
    return table;
  }

  private finish(pieces: number[], odd: number[], join: boolean): number {
    const reached = renumber(pieces, odd);
    if (!join) return this.intern(reached);
    const [again, parity] = split(reached, this.crosses);
    return this.intern(renumber(joinLoose(again, parity), parity));
  }

  enter(state: number, block: number, effect: number, join: boolean): number {
    const [front, back, joined] = EFFECTS[effect]!;
    const [pieces, odd] = split(this.codes[state]!, this.crosses);
    touch(pieces, odd, block, front);
    touch(pieces, odd, block + 1, back);
    const kept = pieces[block]!,
      merged = pieces[block + 1]!;
    return this.finish(joined ? pieces.map((piece) => (piece === merged ? kept : piece)) : pieces, odd, join);
  }

  step(state: number, cross: number, steps: number, join: boolean): number {
    const [pieces, odd] = split(this.codes[state]!, this.crosses);
    touch(pieces, odd, cross, steps);
    return this.finish(pieces, odd, join);
  }

  /** All states with which the next aisle may begin: an odd head goes on, an even one may stay behind. */
  onward(state: number): number[] {
    const known = this.sideways[state];
    if (known) return known;
    const [pieces, odd] = split(this.codes[state]!, this.crosses);
    const found: number[] = [];
    for (let mask = 0; mask < 1 << this.crosses; mask++) {
      const left = pieces.map((piece, c) => ((mask >> c) & 1 ? 0 : piece));
      const allowed = pieces.every((piece, c) => !((mask >> c) & 1) || (piece > 0 && odd[c] === 0));
      const alive = pieces.every((piece) => piece === 0 || left.includes(piece));
      if (allowed && alive) found.push(this.intern(renumber(left, odd)));
    }
    return (this.sideways[state] = found);
  }
}

const tables = new Map<number, States>();

export function statesFor(crosses: number): States {
  let states = tables.get(crosses);
  if (!states) tables.set(crosses, (states = new States(crosses)));
  return states;
}
