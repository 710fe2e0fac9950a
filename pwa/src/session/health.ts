import { APP_VERSION, client, reachable } from '../api/client';
import { feedback } from '../kit/feedback';
import { outbox } from '../outbox';
import { bus } from '../scan/bus';
import type { Scan } from '../scan/scan';
import { device, signedIn } from './session';

/** How often a device says how it is, in ms. */
export const EVERY_MS = 60_000;
/** So many scans the time to an answer is told of. */
export const KEPT = 100;
/** An answer after so long is to something else, in ms. */
const LONGEST_MS = 20_000;

interface Battery {
  level: number;
  charging: boolean;
}
interface Hints {
  getBattery?(): Promise<Battery>;
  connection?: { effectiveType?: string; type?: string };
}

/** The time within which 95 of 100 were answered; null before there was any. */
export function p95(spans: readonly number[]): number | null {
  const sorted = [...spans].sort((a, b) => a - b);
  const at = sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)];
  return at === undefined ? null : Math.round(at);
}

const spans: number[] = [];
let timed: Scan | null = null;

/** From the last character of a scan to the painted answer; only the first answer after a scan is its own. */
function time(): void {
  const scan = bus.last.peek();
  if (!feedback.value || !scan || scan === timed) return;
  timed = scan;
  requestAnimationFrame(() => {
    const span = performance.now() - scan.at;
    if (span < 0 || span > LONGEST_MS) return;
    spans.push(span);
    if (spans.length > KEPT) spans.shift();
  });
}

async function say(): Promise<void> {
  if (!signedIn.peek() || !device.peek() || !reachable.peek() || document.visibilityState !== 'visible') return;
  const hints = navigator as Navigator & Hints;
  const battery = await hints.getBattery?.().catch(() => null);
  const { waiting, held, oldest } = outbox.status.peek();
  const body = {
    battery: battery ? Math.round(battery.level * 100) : null,
    charging: battery?.charging ?? null,
    network: (hints.connection?.type ?? hints.connection?.effectiveType ?? '').slice(0, 20),
    waiting,
    held,
    oldestSeconds: oldest === null ? null : Math.max(0, Math.round((Date.now() - Date.parse(oldest)) / 1000)),
    scanMs: p95(spans),
    appVersion: APP_VERSION,
  };
  await client.POST('/api/floor/access/devices/health', { body });
}

/** Tells the site how this device is, so that a supervisor sees an empty battery or a full queue before the person does. */
export function keepTelling(): void {
  feedback.subscribe(time);
  const tell = (): void => void say().catch(() => undefined); // the next minute says it again
  signedIn.subscribe(tell);
  setInterval(tell, EVERY_MS);
}
