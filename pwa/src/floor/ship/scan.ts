import { client, got } from '../../api/client';
import type { Match } from '../../api/types';
import type { Say } from '../../i18n';
import { tell } from '../../kit/feedback';
import { rawOf, shown, type Scan } from '../../scan/scan';
import { introduced } from '../pick/recognise';

/** A thing that is no order, as a phrase. */
export function phrase(match: Match | undefined, scan: Scan): Say {
  if (match?.kind === 'bin') return { key: 'a_bin', args: { code: match.code } };
  if (match?.kind === 'item') return { key: 'a_item', args: { name: match.label } };
  return (match && introduced(match)?.scanned) ?? { key: 'a_code', args: { code: shown(scan.text) } };
}

/** The order that was scanned, by its number or by a tote it was picked into; null when the person was told what it is instead. */
export async function orderOf(scan: Scan): Promise<string | null> {
  try {
    const query = { code: rawOf(scan), expected: 'order' };
    const { matches } = await got(client.GET('/api/floor/work/resolve', { params: { query } }));
    const order = matches.find(({ kind }) => kind === 'order');
    if (order) return order.id;
    const unit = matches.find(({ kind }) => kind === 'handling_unit');
    const held = unit
      ? await got(client.GET('/api/floor/shipping/orders', { params: { query: { states: 'picked', unit: unit.id } } }))
      : [];
    if (held[0]) return held[0].id;
    const expected: Say = { key: 'an_order' };
    const scanned = phrase(matches[0], scan);
    if (matches.length > 0) tell({ kind: 'wrong', head: { key: 'x_not_y', args: { scanned, expected } }, lines: [] });
    else
      tell({
        kind: 'wrong',
        head: { key: 'unknown_here', args: { scanned } },
        lines: [{ key: 'scan_x', args: { what: expected } }],
      });
  } catch {
    tell({ kind: 'wrong', head: { key: 'need_network' }, lines: [{ key: 'need_network_more' }] });
  }
  return null;
}
