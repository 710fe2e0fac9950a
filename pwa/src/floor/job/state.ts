/** A job on the device, as pure steps: what the person does changes it at once, and becomes a command for the queue. */
import type { components } from '../../api/schema';
import { add, compare, isDecimal, isWhole, plain, subtract, type Decimal } from '../../kit/decimal';
import type { Given } from '../../outbox/rows';
import type { Scan } from '../../scan/scan';

export type JobDocument = components['schemas']['JobDocument'];
export type JobMaterial = JobDocument['materials'][number];
export type LineLot = JobMaterial['lots'][number];
export type Reason = JobDocument['reasons'][number];

export interface JobState {
  doc: JobDocument;
  /** What my clock runs as, since when (ISO), and milliseconds of stretches that are over. */
  clock: 'off' | 'setup' | 'run';
  since: string | null;
  workedMs: number;
  /** What was done here and may be taken back, newest last. */
  past: readonly { command: string; what: string }[];
}

export interface Sheet {
  good: Decimal;
  scrap: readonly { quantity: Decimal; reason: string; photo: string | null }[];
  rework: Decimal;
  /** The earlier operation to which the pieces of `rework` go back; null when they are mended here. */
  reworkAt: string | null;
  mended: Decimal;
  overReason: string;
  used: readonly { material: string; quantity: Decimal; lot: string | null; serial: string | null }[];
}
export const EMPTY: Sheet = {
  good: '0',
  scrap: [],
  rework: '0',
  reworkAt: null,
  mended: '0',
  overReason: '',
  used: [],
};

export interface World {
  now: string;
  id: string;
}
export interface Step {
  state: JobState;
  commands: readonly Given[];
}

const ofMinutes = (minutes: string): number => Math.round(Number(minutes) * 60_000);

/** A job as the server tells it, seen by one person. */
export function open(doc: JobDocument, me: string, now: string): JobState {
  const mine = doc.clocks.find((one) => one.person === me);
  const kind = mine?.kind === 'run' || mine?.kind === 'setup' ? mine.kind : 'off';
  const since = kind === 'off' ? null : (mine?.since ?? null);
  const running = since ? Math.max(0, Date.parse(now) - Date.parse(since)) : 0;
  const worked = mine ? Math.max(0, ofMinutes(mine.minutes) - running) : 0;
  return { doc, clock: kind, since, workedMs: worked, past: [] };
}

export const workedMs = (state: JobState, now: string): number =>
  state.workedMs + (state.since ? Math.max(0, Date.parse(now) - Date.parse(state.since)) : 0);

export const sumOf = (rows: readonly { quantity: Decimal }[]): Decimal =>
  rows.reduce((sum, row) => add(sum, row.quantity), '0');

/** How many pieces the step before handed on and nobody has reported yet; null at the first step. */
export function leftHere(doc: JobDocument): Decimal | null {
  if (doc.cameIn === null) return null;
  return subtract(doc.cameIn, add(add(doc.good, doc.scrap), doc.rework));
}

const command = (state: JobState, world: World, type: string, facts: Record<string, unknown> = {}): Given => ({
  id: world.id,
  type,
  task: state.doc.operation,
  payload: { operation: state.doc.operation, ...facts },
});

const others = (state: JobState, me: string): boolean =>
  state.doc.clocks.some((one) => one.person !== me && one.kind !== 'off');

const noted = (state: JobState, world: World, what: string): JobState['past'] =>
  [...state.past, { command: world.id, what }].slice(-20);

export function begin(state: JobState, kind: 'start' | 'setup', world: World): Step {
  const clock = kind === 'start' ? 'run' : 'setup';
  const doc = { ...state.doc, state: kind === 'start' ? 'running' : 'setup', gates: [] };
  return {
    state: {
      ...state,
      doc,
      clock,
      since: world.now,
      workedMs: workedMs(state, world.now),
      past: noted(state, world, kind),
    },
    commands: [command(state, world, `job.${kind}`)],
  };
}

export function pause(state: JobState, reason: string, me: string, world: World): Step {
  const doc = { ...state.doc, state: others(state, me) ? state.doc.state : 'paused', pauseReason: reason };
  return {
    state: { ...stopped(state, world), doc, past: noted(state, world, 'pause') },
    commands: [command(state, world, 'job.pause', { reason })],
  };
}

const stopped = (state: JobState, world: World): JobState => ({
  ...state,
  clock: 'off',
  since: null,
  workedMs: workedMs(state, world.now),
});

export function finish(state: JobState, acknowledge: boolean, world: World): Step {
  return {
    state: { ...stopped(state, world), doc: { ...state.doc, state: 'done' }, past: noted(state, world, 'finish') },
    commands: [command(state, world, 'job.finish', { acknowledge })],
  };
}

/** What is wrong with a sheet before it is booked, or null. */
export type Wrong =
  | { is: 'nothing' }
  | { is: 'not_a_quantity' }
  | { is: 'more_than_came'; left: Decimal; came: Decimal }
  | { is: 'over'; by: Decimal }
  | { is: 'mended'; waiting: Decimal }
  | { is: 'lot'; material: JobMaterial };

export function wrongWith(doc: JobDocument, sheet: Sheet): Wrong | null {
  const numbers = [sheet.good, sheet.rework, sheet.mended, ...sheet.scrap.map((row) => row.quantity)];
  if (numbers.some((one) => !isDecimal(one) || (doc.whole && !isWhole(one)))) return { is: 'not_a_quantity' };
  const scrap = sumOf(sheet.scrap);
  if (numbers.every((one) => compare(one, '0') === 0)) return { is: 'nothing' };
  if (compare(sheet.mended, doc.rework) > 0) return { is: 'mended', waiting: doc.rework };
  const left = leftHere(doc);
  const asked = subtract(add(add(sheet.good, scrap), sheet.rework), sheet.mended);
  if (left !== null && compare(asked, left) > 0) return { is: 'more_than_came', left, came: doc.cameIn ?? '0' };
  const over = subtract(add(doc.good, sheet.good), doc.target);
  if (compare(sheet.good, '0') > 0 && compare(over, '0') > 0 && !sheet.overReason) return { is: 'over', by: over };
  const unsaid = needsLot(doc).find((material) => !sheet.used.some((one) => one.material === material.id));
  const made = add(sheet.good, scrap);
  return unsaid && compare(made, '0') > 0 ? { is: 'lot', material: unsaid } : null;
}

/** Materials the books take by themselves, but of which several lots lie at the line: somebody has to say which. */
export const needsLot = (doc: JobDocument): JobMaterial[] =>
  doc.materials.filter(
    (one) =>
      one.consumption === 'backflush' &&
      one.tracking !== 'none' &&
      one.lots.filter((lot) => lot.status === 'free').length > 1,
  );

const left = (of: Decimal, taken: Decimal): Decimal => (compare(of, taken) > 0 ? subtract(of, taken) : '0');

export function report(state: JobState, sheet: Sheet, world: World): Step {
  const { doc } = state;
  const scrap = sumOf(sheet.scrap);
  const good = add(doc.good, sheet.good);
  const remaining = subtract(doc.target, good);
  const gone = sheet.reworkAt === null ? '0' : sheet.rework;
  return {
    state: {
      ...state,
      doc: {
        ...doc,
        good,
        scrap: add(doc.scrap, scrap),
        cameIn: doc.cameIn === null ? null : subtract(doc.cameIn, gone),
        rework: subtract(add(doc.rework, subtract(sheet.rework, gone)), sheet.mended),
        again: left(doc.again, add(sheet.good, scrap)),
        remaining: compare(remaining, '0') > 0 ? remaining : '0',
        state: doc.state === 'waiting' ? 'paused' : doc.state,
      },
      past: noted(state, world, 'report'),
    },
    commands: [
      command(state, world, 'job.report', {
        good: sheet.good,
        scrap: sheet.scrap,
        rework: sheet.rework,
        reworkAt: sheet.reworkAt,
        mended: sheet.mended,
        overReason: sheet.overReason,
        used: sheet.used,
      }),
    ],
  };
}

/** What a scan means among the materials of a job. Exact match only. */
export type Meant =
  | { is: 'lot'; material: JobMaterial; lot: LineLot }
  | { is: 'held'; lot: LineLot }
  | { is: 'loose'; material: JobMaterial }
  | { is: 'wrong'; expected: readonly string[] };

const codeOf = (lot: LineLot): string => lot.serial ?? lot.lot ?? '';

export function meant(doc: JobDocument, scan: Scan): Meant {
  const wanted = doc.materials.filter((one) => one.consumption === 'scan');
  const named = scan.gtin ? wanted.filter((one) => one.gtins.includes(scan.gtin ?? '')) : [];
  const among = named.length > 0 ? named : scan.gtin && scan.gs1 ? [] : wanted;
  const codes = [scan.gs1?.serial, scan.gs1?.lot, scan.text].filter(Boolean);
  for (const material of among) {
    const lot = material.lots.find((one) => codes.includes(codeOf(one)) && codeOf(one) !== '');
    if (lot) return lot.status === 'free' ? { is: 'lot', material, lot } : { is: 'held', lot };
  }
  const loose = [...named, ...wanted.filter((one) => one.sku === scan.text)].find((one) => one.tracking === 'none');
  if (loose) return { is: 'loose', material: loose };
  const expected = (named.length > 0 ? named : wanted)
    .filter((one) => compare(one.consumed, one.needed) < 0)
    .flatMap((one) => one.lots.filter((lot) => lot.status === 'free').map(codeOf))
    .filter(Boolean);
  return { is: 'wrong', expected };
}

/** How much of a material is proposed: what is still needed, at most what lies there in this lot. */
export function proposed(material: JobMaterial, lot: LineLot | null): Decimal {
  const open = subtract(material.needed, material.consumed);
  const wanted = compare(open, '0') > 0 ? open : material.quantityEach;
  return lot && compare(lot.quantity, wanted) < 0 ? lot.quantity : wanted;
}

export function consume(
  state: JobState,
  material: JobMaterial,
  lot: LineLot | null,
  quantity: Decimal,
  world: World,
): Step {
  const materials = state.doc.materials.map((one) =>
    one.id === material.id
      ? {
          ...one,
          consumed: add(one.consumed, quantity),
          lots: one.lots
            .map((row) => (row === lot ? { ...row, quantity: subtract(row.quantity, quantity) } : row))
            .filter((row) => compare(row.quantity, '0') > 0),
        }
      : one,
  );
  return {
    state: { ...state, doc: { ...state.doc, materials }, past: noted(state, world, 'consume') },
    commands: [
      command(state, world, 'job.consume', {
        material: material.id,
        quantity: plain(quantity),
        lot: lot?.lot ?? null,
        serial: lot?.serial ?? null,
      }),
    ],
  };
}

/** Takes the newest step back; the server's picture follows with its answer. */
export function undo(state: JobState, world: World): Step | null {
  const last = state.past.at(-1);
  if (!last) return null;
  return {
    state: { ...state, past: state.past.slice(0, -1) },
    commands: [command(state, world, 'job.undo', { command: last.command })],
  };
}

/** Material that must be scanned and was not, for the pieces made so far. */
export const notScanned = (doc: JobDocument): JobMaterial[] => {
  const made = Number(add(doc.good, doc.scrap));
  return doc.materials.filter(
    (one) => one.consumption === 'scan' && Number(one.consumed) < Number(one.quantityEach) * made,
  );
};

/** The server's newest picture, with what only this device knows. */
export function fresh(state: JobState, doc: JobDocument, me: string, now: string): JobState {
  return { ...open(doc, me, now), past: state.past };
}

/** How many more than the order asks for. */
export const overBy = (doc: JobDocument, good: Decimal): Decimal => subtract(add(doc.good, good), doc.target);
