import { useEffect, useRef } from 'preact/hooks';
import { bus, type Handler } from './bus';

/** The screen on top answers the scans; the newest handler wins while it is shown. */
export function useScan(handler: Handler): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => bus.listen((scan) => latest.current(scan)), []);
}
