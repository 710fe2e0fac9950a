/** A line to the server's eyes: frames out, what they say back. Opened when first needed, closed when no longer. */
import { client, got } from '../api/client';
import type { components } from '../api/schema';

type Code = components['schemas']['SeenCode'];
export interface SeenLive {
  number: number;
  dropped: number;
  slow: boolean;
  codes: Code[];
}

const PATIENCE_MS = 2_500;
/** After a line that failed, frames go by POST for so long before a line is tried again, in ms. */
export const REST_MS = 60_000;

export interface LineParts {
  ticket: () => Promise<string>;
  open: (url: string) => WebSocket;
  now: () => number;
}

const PARTS: LineParts = {
  ticket: async () => (await got(client.POST('/api/floor/access/tickets'))).ticket,
  open: (url) => new WebSocket(url),
  now: () => performance.now(),
};

/** One frame behind four bytes with its number, as the server wants it. */
export async function packed(number: number, frame: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(4 + frame.size);
  new DataView(bytes.buffer).setUint32(0, number);
  bytes.set(new Uint8Array(await frame.arrayBuffer()), 4);
  return bytes;
}

export class FrameLine {
  private socket: WebSocket | null = null;
  private number = 0;
  private failedAt: number | null = null;
  private waiting: ((seen: SeenLive | null) => void) | null = null;

  constructor(private readonly parts: LineParts = PARTS) {}

  /** What the server sees in this frame; null when there is no line, and the frame should be sent another way. */
  async see(frame: Blob): Promise<SeenLive | null> {
    const socket = await this.line();
    if (!socket) return null;
    const number = ++this.number;
    const bytes = await packed(number, frame);
    return new Promise((told) => {
      const late = setTimeout(() => this.fail(socket), PATIENCE_MS);
      this.waiting = (seen) => {
        if (seen && seen.number < number && !seen.slow) return;
        clearTimeout(late);
        this.waiting = null;
        told(seen);
      };
      socket.send(bytes);
    });
  }

  close(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.waiting?.(null);
  }

  private async line(): Promise<WebSocket | null> {
    if (this.socket?.readyState === WebSocket.OPEN) return this.socket;
    if (this.failedAt !== null && this.parts.now() - this.failedAt < REST_MS) return null;
    try {
      const ticket = await this.parts.ticket();
      const address = `${location.origin.replace(/^http/, 'ws')}/api/floor/scanning/live?ticket=${encodeURIComponent(ticket)}`;
      const socket = this.parts.open(address);
      await new Promise<void>((opened, failed) => {
        const late = setTimeout(failed, PATIENCE_MS);
        socket.onopen = () => (clearTimeout(late), opened());
        socket.onclose = socket.onerror = () => (clearTimeout(late), failed(new Error('no line')));
      });
      socket.onclose = socket.onerror = () => this.fail(socket);
      socket.onmessage = (event) => this.waiting?.(JSON.parse(String(event.data)) as SeenLive);
      this.socket = socket;
      return socket;
    } catch {
      this.failedAt = this.parts.now();
      return null;
    }
  }

  private fail(which: WebSocket): void {
    if (which !== this.socket) return;
    this.failedAt = this.parts.now();
    this.close();
  }
}
