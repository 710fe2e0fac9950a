import { describe, expect, it } from 'vitest';
import { MOST_BYTES, part, smallEnough, WIDEST } from './cut';
import { FrameLine, REST_MS, type SeenLive } from './frames';

class Socket {
  readyState: number = WebSocket.OPEN;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  sent: Uint8Array[] = [];
  constructor(private readonly answers: (number: number) => SeenLive[]) {}
  /** Open as soon as someone wants to hear of it. */
  set onopen(told: () => void) {
    queueMicrotask(told);
  }
  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
    const number = new DataView(bytes.buffer).getUint32(0);
    for (const seen of this.answers(number)) this.onmessage?.({ data: JSON.stringify(seen) });
  }
  close(): void {
    this.readyState = WebSocket.CLOSED;
  }
}
const seen = (number: number): SeenLive => ({ number, dropped: 0, slow: false, codes: [] });

function lineOf(make: () => Socket): { line: FrameLine; clock: { now: number }; opened: () => number } {
  const clock = { now: 0 };
  let opened = 0;
  const open = (): WebSocket => (opened++, make() as unknown as WebSocket);
  const line = new FrameLine({ ticket: () => Promise.resolve('t'), open, now: () => clock.now });
  return { line, clock, opened: () => opened };
}

describe('the line to the server’s eyes', () => {
  it('numbers its frames, waits for its own answer, and keeps one line', async () => {
    const socket = new Socket((number) => [seen(number - 1), seen(number)]);
    const { line, opened } = lineOf(() => socket);
    expect((await line.see(new Blob(['abc'])))?.number).toBe(1);
    expect((await line.see(new Blob(['abc'])))?.number).toBe(2);
    expect(opened()).toBe(1);
    expect([...(socket.sent[1] ?? [])]).toEqual([0, 0, 0, 2, 97, 98, 99]);
  });

  it('says so when there is no line, and does not try again at once', async () => {
    const { line, clock, opened } = lineOf(() => {
      throw new Error('no network');
    });
    expect(await line.see(new Blob(['a']))).toBeNull();
    expect(await line.see(new Blob(['a']))).toBeNull();
    expect(opened()).toBe(1);
    clock.now = REST_MS + 1;
    expect(await line.see(new Blob(['a']))).toBeNull();
    expect(opened()).toBe(2);
  });

  it('gives a frame up when the line breaks under it', async () => {
    const socket: Socket = new Socket(() => (queueMicrotask(() => socket.onclose?.()), []));
    expect(await lineOf(() => socket).line.see(new Blob(['a']))).toBeNull();
  });
});

describe('what is sent', () => {
  it('is the middle with a margin, never wider than it may be', () => {
    expect(part(1920, 1080)).toMatchObject({ width: 1728, height: 864, toWidth: WIDEST, toHeight: 640 });
    expect(part(640, 480)).toMatchObject({ x: 32, y: 48, toWidth: 576, toHeight: 384 });
  });

  it('is made smaller until it fits, and not sent when it cannot', async () => {
    const tried: number[] = [];
    const make = (fits: number) => (quality: number) => {
      tried.push(quality);
      return Promise.resolve(new Blob([new Uint8Array(quality <= fits ? MOST_BYTES : MOST_BYTES + 1)]));
    };
    expect((await smallEnough(make(0.4)))?.size).toBe(MOST_BYTES);
    expect(tried).toEqual([0.7, 0.5, 0.35]);
    expect(await smallEnough(make(0))).toBeNull();
  });
});
