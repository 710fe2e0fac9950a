import { useLocation } from 'preact-iso';
import type { Kind } from './types';

/** What stands beside the map; it is in the address, so that Back goes back and a colleague can be sent the same view. */
export type View =
  | { is: 'figures' }
  | {
      is:
        | 'pace'
        | 'waiting'
        | 'exceptions'
        | 'rounds'
        | 'orders'
        | 'people'
        | 'trace'
        | 'waves'
        | 'erp'
        | 'service'
        | 'calls'
        | 'machines'
        | 'walks'
        | 'late';
    }
  | { is: 'round'; id: string }
  | { is: 'aisle'; aisle: number }
  | { is: 'bay'; aisle: number; bay: number }
  | { is: 'history'; of: Kind; id: string };

const KINDS: readonly Kind[] = ['bin', 'item', 'lot', 'serial', 'handling_unit', 'order', 'person', 'task'];
const LISTS = [
  'pace',
  'waiting',
  'exceptions',
  'rounds',
  'orders',
  'people',
  'trace',
  'waves',
  'erp',
  'service',
  'calls',
  'machines',
  'walks',
  'late',
] as const;

/** Reads `?show=`; whatever makes no sense shows the figures. */
export function viewOf(show: string): View {
  const [is = '', a = '', b = ''] = show.split(':');
  const list = LISTS.find((one) => one === is);
  if (list) return { is: list };
  if (is === 'round' && a) return { is, id: a };
  if (is === 'aisle' && /^\d+$/.test(a)) return { is, aisle: Number(a) };
  if (is === 'bay' && /^\d+$/.test(a) && /^\d+$/.test(b)) return { is, aisle: Number(a), bay: Number(b) };
  const of = KINDS.find((one) => one === a);
  if (is === 'history' && of && b) return { is, of, id: b };
  return { is: 'figures' };
}

export function hrefOf(view: View): string {
  if (view.is === 'figures') return '/board';
  const parts =
    view.is === 'round'
      ? [view.is, view.id]
      : view.is === 'aisle'
        ? [view.is, view.aisle]
        : view.is === 'bay'
          ? [view.is, view.aisle, view.bay]
          : view.is === 'history'
            ? [view.is, view.of, view.id]
            : [view.is];
  return `/board?show=${parts.map((one) => encodeURIComponent(one)).join(':')}`;
}

export function useView(): { view: View; go: (to: View) => void } {
  const { query, route } = useLocation();
  return { view: viewOf(query['show'] ?? ''), go: (to) => route(hrefOf(to)) };
}
