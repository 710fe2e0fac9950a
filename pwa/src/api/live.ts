import { signal, type ReadonlySignal } from '@preact/signals';

/** The server beats every 20 s; twice that and some more of silence is a dead line. */
const SILENCE_MS = 50_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** How often to read all the same: often while the line is down, rarely as a safety net while it is up. */
export const POLL_DOWN_MS = 10_000;
export const POLL_UP_MS = 60_000;

export interface Change {
  kind: string;
  facts: Readonly<Record<string, unknown>>;
}

export interface LiveLine {
  readonly isUp: ReadonlySignal<boolean>;
  stop(): void;
}

export interface LiveParts {
  /** A fresh single-use ticket. */
  ticket: () => Promise<string>;
  open?: (url: string) => WebSocket;
  random?: () => number;
}

function parsed(data: unknown): Change | null {
  try {
    const found = JSON.parse(String(data)) as Partial<Change>;
    return typeof found.kind === 'string' ? { kind: found.kind, facts: found.facts ?? {} } : null;
  } catch {
    return null;
  }
}

export const address = (ticket: string): string =>
  `${location.origin.replace(/^http/, 'ws')}/api/floor/live?ticket=${encodeURIComponent(ticket)}`;

/**
 * Keeps a line to the server's live changes. `missed` is called whenever changes may have gone by unheard: after each connecting, and
 * by the clock; whoever follows then reads afresh.
 */
export function listen(parts: LiveParts, changed: (change: Change) => void, missed: () => void): LiveLine {
  const { ticket, open = (url: string) => new WebSocket(url), random = Math.random } = parts;
  const isUp = signal(false);
  let socket: WebSocket | null = null;
  let tries = 0;
  let isStopped = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let polledAt = Date.now();

  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => lost(socket), SILENCE_MS);
  };
  const again = (): void => {
    if (isStopped) return;
    clearTimeout(retry);
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries++);
    retry = setTimeout(() => void connect(), wait * (0.5 + random() / 2));
  };
  // An old socket may close long after it was given up: only the present one counts.
  const lost = (which: WebSocket | null): void => {
    if (which !== socket || which === null) return;
    socket = null;
    isUp.value = false;
    clearTimeout(silence);
    which.close();
    again();
  };
  const connect = async (): Promise<void> => {
    try {
      const url = address(await ticket());
      if (isStopped) return;
      const made = open(url);
      socket = made;
      heard();
      made.onmessage = (event) => {
        heard();
        const change = parsed(event.data);
        if (!change) return;
        // The first message says that the server listens: what happened before it may have been missed.
        if (!isUp.value) {
          isUp.value = true;
          tries = 0;
          missed();
        }
        if (change.kind === 'beat') made.send('here');
        else changed(change);
      };
      made.onclose = () => lost(made);
      made.onerror = () => lost(made);
    } catch {
      again();
    }
  };
  const poll = setInterval(() => {
    if (document.visibilityState !== 'visible') return;
    if (Date.now() - polledAt < (isUp.value ? POLL_UP_MS : POLL_DOWN_MS)) return;
    polledAt = Date.now();
    missed();
  }, 1_000);
  const front = (): void => {
    if (document.visibilityState !== 'visible') return;
    missed();
    if (!socket) {
      tries = 0;
      again();
    }
  };
  document.addEventListener('visibilitychange', front);
  void connect();
  return {
    isUp,
    stop() {
      isStopped = true;
      clearTimeout(retry);
      clearTimeout(silence);
      clearInterval(poll);
      document.removeEventListener('visibilitychange', front);
      const last = socket;
      socket = null;
      last?.close();
    },
  };
}
