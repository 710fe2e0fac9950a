import { describe, expect, it } from 'vitest';
import { scanOf } from '../../../test/round';
import * as job from './state';
import type { JobDocument, JobMaterial } from './state';

const NOW = '2026-03-02T08:00:00.000Z';
const world = { now: '2026-03-02T08:30:00.000Z', id: 'c1' };
const lot = (code: string, quantity: string, status = 'free'): JobMaterial['lots'][number] => ({
  lot: code,
  serial: null,
  expiresOn: null,
  quantity,
  status,
});
const material = (more: Partial<JobMaterial>): JobMaterial => ({
  id: 'm1',
  line: 10,
  item: 'i1',
  sku: 'FRK-101',
  name: 'Fork',
  unit: 'pc',
  whole: true,
  tracking: 'lot',
  gtins: ['09521234000006'],
  quantityEach: '1',
  needed: '3',
  consumed: '0',
  consumption: 'scan',
  lots: [lot('L1', '2'), lot('L2', '5', 'hold')],
  ...more,
});
const doc = {
  operation: 'op',
  number: 'WO-1',
  whole: true,
  target: '3',
  cameIn: null,
  good: '0',
  scrap: '0',
  rework: '0',
  again: '0',
  earlier: [],
  remaining: '3',
  state: 'waiting',
  pauseReason: '',
  gates: [],
  released: '2',
  drawing: 'current',
  deviation: null,
  clocks: [],
  materials: [material({})],
  reasons: [],
} as unknown as JobDocument;
const fresh = (more: Partial<JobDocument> = {}): job.JobState => job.open({ ...doc, ...more }, 'me', NOW);

describe('a job on the device', () => {
  it('lets pieces that go back to an earlier step leave this one, and mends others here', () => {
    const here = fresh({ cameIn: '3' });
    const sheet = { ...job.EMPTY, good: '1', rework: '2' };
    const back = job.report(here, { ...sheet, reworkAt: 'op10' }, world);
    expect([back.state.doc.cameIn, back.state.doc.rework, job.leftHere(back.state.doc)]).toEqual(['1', '0', '0']);
    expect(back.commands[0]?.payload).toMatchObject({ rework: '2', reworkAt: 'op10' });
    const mended = job.report(here, sheet, world).state.doc;
    expect([mended.cameIn, mended.rework, job.leftHere(mended)]).toEqual(['3', '2', '0']);
  });

  it('keeps its minutes over a pause and counts on after it', () => {
    const running = job.begin(fresh(), 'start', { now: NOW, id: 'c0' }).state;
    const paused = job.pause(running, 'break', 'me', world).state;
    expect([paused.clock, paused.doc.state, job.workedMs(paused, '2026-03-02T12:00:00.000Z')]).toEqual([
      'off',
      'paused',
      1_800_000,
    ]);
    const again = job.begin(paused, 'start', { now: '2026-03-02T09:00:00.000Z', id: 'c2' }).state;
    expect(job.workedMs(again, '2026-03-02T09:10:00.000Z')).toBe(2_400_000);
  });

  it('says what is wrong with a sheet before it is booked', () => {
    const sheet = { ...job.EMPTY };
    expect(job.wrongWith(doc, sheet)?.is).toBe('nothing');
    expect(job.wrongWith(doc, { ...sheet, good: '1.5' })?.is).toBe('not_a_quantity');
    expect(job.wrongWith(doc, { ...sheet, good: '4' })).toEqual({ is: 'over', by: '1' });
    expect(job.wrongWith(doc, { ...sheet, good: '4', overReason: 'spare' })).toBeNull();
    expect(job.wrongWith({ ...doc, cameIn: '2' }, { ...sheet, good: '3' })).toEqual({
      is: 'more_than_came',
      left: '2',
      came: '2',
    });
    expect(job.wrongWith(doc, { ...sheet, good: '1', mended: '1' })?.is).toBe('mended');
  });

  it('scrap does not use up what is asked for', () => {
    const scrap = [{ quantity: '1', reason: 'damaged', photo: null }];
    const made = job.report(fresh(), { ...job.EMPTY, good: '2', scrap }, world);
    expect([made.state.doc.good, made.state.doc.scrap, made.state.doc.remaining]).toEqual(['2', '1', '1']);
    expect(made.commands[0]?.payload).toMatchObject({ operation: 'op', good: '2', scrap });
  });

  it('takes a lot only by exact match, and names what is expected', () => {
    expect(job.meant(doc, scanOf('L1'))).toMatchObject({ is: 'lot', lot: { lot: 'L1' } });
    expect(job.meant(doc, scanOf('L2')).is).toBe('held');
    expect(job.meant(doc, scanOf('L'))).toEqual({ is: 'wrong', expected: ['L1'] });
  });

  it('takes what went in off the line, and a lot that is used up away', () => {
    const [one] = doc.materials;
    const step = job.consume(fresh(), one as JobMaterial, (one as JobMaterial).lots[0] ?? null, '2', world);
    expect(step.state.doc.materials[0]?.consumed).toBe('2');
    expect(step.state.doc.materials[0]?.lots.map((row) => row.lot)).toEqual(['L2']);
    expect(job.notScanned({ ...step.state.doc, good: '3' })).toHaveLength(1);
  });

  it('asks which lot went in only where the books cannot know', () => {
    const two = material({ consumption: 'backflush', lots: [lot('A', '9'), lot('B', '9')] });
    const sheet = { ...job.EMPTY, good: '1' };
    expect(job.wrongWith({ ...doc, materials: [two] }, sheet)?.is).toBe('lot');
    const used = [{ material: 'm1', quantity: '1', lot: 'B', serial: null }];
    expect(job.wrongWith({ ...doc, materials: [two] }, { ...sheet, used })).toBeNull();
  });

  it('takes the newest step back by its command', () => {
    const made = job.report(fresh(), { ...job.EMPTY, good: '1' }, world);
    const undone = job.undo(made.state, { now: NOW, id: 'c9' });
    expect(undone?.commands[0]?.payload).toEqual({ operation: 'op', command: 'c1' });
    expect(job.undo(fresh(), world)).toBeNull();
  });
});
