import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listen, POLL_DOWN_MS, type Change } from './live';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A socket whose other end is this test. */
class Wire {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  sent: string[] = [];
  isClosed = false;
  constructor(readonly url: string) {}
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.isClosed = true;
  }
  say(data: unknown): void {
    this.onmessage?.({ data: typeof data === 'string' ? data : JSON.stringify(data) });
  }
}

function rig() {
  const wires: Wire[] = [];
  const heard: Change[] = [];
  let missed = 0;
  let tickets = 0;
  const line = listen(
    {
      ticket: () => Promise.resolve(`T${++tickets}`),
      open: (url) => {
        const wire = new Wire(url);
        wires.push(wire);
        return wire as unknown as WebSocket;
      },
      random: () => 1,
    },
    (change) => heard.push(change),
    () => missed++,
  );
  return { wires, heard, line, missed: () => missed };
}

const first = async (): Promise<ReturnType<typeof rig> & { wire: Wire }> => {
  const made = rig();
  await vi.advanceTimersByTimeAsync(0);
  const [wire] = made.wires;
  if (!wire) throw new Error('no socket');
  return { ...made, wire };
};

describe('listen', () => {
  it('is up with the first beat, answers beats, and tells changes', async () => {
    const { wire, heard, line, missed } = await first();
    expect(wire.url).toContain('/api/floor/live?ticket=T1');
    expect(line.isUp.value).toBe(false);
    wire.say({ kind: 'beat' });
    expect(line.isUp.value).toBe(true);
    expect(missed()).toBe(1);
    expect(wire.sent).toHaveLength(1);
    wire.say({ kind: 'pick', facts: { command: 'pick.confirm' } });
    expect(heard).toEqual([{ kind: 'pick', facts: { command: 'pick.confirm' } }]);
    line.stop();
  });

  it('comes back with a new ticket after the line breaks, and says that changes may have been missed', async () => {
    const { wire, wires, line, missed } = await first();
    wire.say({ kind: 'beat' });
    wire.onclose?.();
    expect(line.isUp.value).toBe(false);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(wires).toHaveLength(2);
    expect(wires[1]?.url).toContain('T2');
    wires[1]?.say({ kind: 'beat' });
    expect(line.isUp.value).toBe(true);
    expect(missed()).toBe(2);
    line.stop();
  });

  it('gives up a line that has gone silent without closing', async () => {
    const { wire, wires, line } = await first();
    wire.say({ kind: 'beat' });
    await vi.advanceTimersByTimeAsync(52_000);
    expect(wire.isClosed).toBe(true);
    expect(wires.length).toBeGreaterThan(1);
    line.stop();
  });

  it('asks by the clock while the line is down', async () => {
    const { wire, line, missed } = await first();
    wire.onclose?.();
    const before = missed();
    await vi.advanceTimersByTimeAsync(POLL_DOWN_MS * 3 + 1_000);
    expect(missed() - before).toBeGreaterThanOrEqual(3);
    line.stop();
  });

  it('is not thrown off by a message that is no JSON, and opens nothing after it was stopped', async () => {
    const { wire, wires, heard, line } = await first();
    wire.say('{');
    wire.say('[]');
    expect(heard).toEqual([]);
    line.stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(wires).toHaveLength(1);
  });
});
