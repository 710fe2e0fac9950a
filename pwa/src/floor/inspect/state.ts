/** A lot in hand: the server's picture of it, what was read here since, and the cell that is next. Pure. */
import type { Decimal } from '../../kit/decimal';
import { isDecimal, plain } from '../../kit/decimal';
import { cellKey, conforms, picture, plausible, type Picture } from './judge';
import type { Feature, GaugeFacts, LotDocument, ReadingFacts } from './types';

export interface At {
  feature: number;
  sample: number;
}
export interface LotState {
  doc: LotDocument;
  /** Readings of this device that the server's picture has not yet. */
  own: readonly ReadingFacts[];
  at: At;
  /** The gauge in hand, by type. */
  gauges: Readonly<Record<string, string>>;
  /** A value that can hardly be, entered once. */
  doubted: Decimal | null;
  /** The decision as it was given here, until the server's picture has it. */
  decided: boolean;
}

export const readingsOf = (state: LotState): readonly ReadingFacts[] => {
  const known = new Set(state.doc.readings.map((one) => one.id));
  return [...state.doc.readings, ...state.own.filter((one) => !known.has(one.id))];
};
export const pictureOf = (state: LotState): Picture =>
  picture(state.doc.characteristics, state.doc.classes, readingsOf(state));

export const samplesOf = (doc: LotDocument, feature: Feature): number =>
  doc.classes.find((one) => one.ofClass === feature.ofClass)?.n ?? 0;

export const featureAt = (state: LotState): Feature | undefined =>
  state.doc.characteristics.find((one) => one.number === state.at.feature);

/** The next cell with nothing in it: along the feature, since the gauge stays in the hand, then the features after it. */
export function nextCell(doc: LotDocument, shown: Picture, from: At): At | null {
  const features = doc.characteristics;
  const start = Math.max(
    0,
    features.findIndex((one) => one.number === from.feature),
  );
  for (let step = 0; step <= features.length; step++) {
    const feature = features[(start + step) % features.length];
    if (!feature) return null;
    const first = step === 0 ? from.sample : 1;
    for (let sample = first; sample <= samplesOf(doc, feature); sample++)
      if (!shown.cells.has(cellKey(feature.number, sample))) return { feature: feature.number, sample };
  }
  return null;
}

/** A lot as the server tells it, joined to what is here already. */
export function opened(doc: LotDocument, before: LotState | null): LotState {
  const told = new Set(doc.readings.map((one) => one.id));
  const own = before?.own.filter((one) => !told.has(one.id)) ?? [];
  const state: LotState = {
    doc,
    own,
    at: before?.at ?? { feature: doc.characteristics[0]?.number ?? 1, sample: 1 },
    gauges: before?.gauges ?? {},
    doubted: null,
    decided: before?.decided ?? false,
  };
  if (before) return state;
  return { ...state, at: nextCell(doc, pictureOf(state), state.at) ?? state.at };
}

/** The gauge for a feature: the one in hand, else the only usable one of its type. */
export function gaugeFor(state: LotState, feature: Feature, today: string): GaugeFacts | null {
  if (!feature.gaugeType) return null;
  const fit = state.doc.gauges.filter((one) => one.type === feature.gaugeType && isFit(one, today));
  return (
    fit.find((one) => one.id === state.gauges[feature.gaugeType ?? '']) ?? (fit.length === 1 ? (fit[0] ?? null) : null)
  );
}

/** Calibrated on the day of the reading: judged here by the date, so that it holds off line overnight as well. */
export const isFit = (gauge: GaugeFacts, today: string): boolean => gauge.usable && gauge.dueOn >= today;

/** Not fit because of its date; else it was found to measure wrongly and taken out of use. */
export const isOverdue = (gauge: GaugeFacts, today: string): boolean => gauge.dueOn < today;

export type Refusal = 'not_a_value' | 'gauge_first' | 'too_fine' | 'twice' | 'over';
export interface Read {
  id: string;
  value: string;
  person: string;
  now: string;
  photo: string | null;
  reason: string;
}
export type Taken =
  | { state: LotState; command: Record<string, unknown>; conforms: boolean; refusal: null }
  | { state: LotState; command: null; conforms: null; refusal: Refusal };

const refused = (state: LotState, refusal: Refusal): Taken => ({ state, command: null, conforms: null, refusal });

/** One value for the cell in hand: refused, doubted, or taken with the command to send; then the next empty cell is in hand. */
export function take(state: LotState, read: Read): Taken {
  const feature = featureAt(state);
  if (!feature || state.doc.decision || state.decided) return refused(state, 'over');
  const text = read.value.replace(/\.$/, '');
  if (!isDecimal(text)) return refused(state, 'not_a_value');
  const value = plain(text);
  if ((value.split('.')[1]?.length ?? 0) > (feature.decimals ?? 0)) return refused(state, 'too_fine');
  const gauge = gaugeFor(state, feature, read.now.slice(0, 10));
  if (feature.gaugeType && !gauge) return refused(state, 'gauge_first');
  const isOdd = !plausible(feature, value);
  if (isOdd && feature.kind !== 'variable') return refused(state, 'not_a_value');
  if (isOdd && state.doubted !== value) return refused({ ...state, doubted: value }, 'twice');
  const before = pictureOf(state).cells.get(cellKey(state.at.feature, state.at.sample));
  const reading: ReadingFacts = {
    id: read.id,
    characteristic: state.at.feature,
    sample: state.at.sample,
    value,
    conforms: conforms(feature, value),
    gauge: gauge?.id ?? null,
    photo: read.photo,
    supersedes: before?.reading.id ?? null,
    reason: before ? read.reason : null,
    late: false,
    personName: read.person,
    capturedAt: read.now,
  };
  const next: LotState = { ...state, own: [...state.own, reading], doubted: null };
  return {
    state: { ...next, at: nextCell(next.doc, pictureOf(next), state.at) ?? state.at },
    command: commandOf(state.doc.facts.id, reading, isOdd),
    conforms: reading.conforms,
    refusal: null,
  };
}

function commandOf(lot: string, reading: ReadingFacts, isOdd: boolean): Record<string, unknown> {
  return {
    lot,
    characteristic: reading.characteristic,
    sample: reading.sample,
    value: reading.value,
    gauge: reading.gauge,
    photo: reading.photo,
    again: isOdd ? reading.value : null,
    supersedes: reading.supersedes,
    reason: reading.reason ?? '',
    judged: reading.conforms,
  };
}
