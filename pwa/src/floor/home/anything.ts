import { client, got } from '../../api/client';
import type { Match } from '../../api/types';
import { t } from '../../i18n';
import { tell } from '../../kit/feedback';
import { rawOf, shown, type Scan } from '../../scan/scan';
import { meanings } from '../pick/codes';
import type { PickState } from '../pick/state';
import type { Choice } from './Choose';

/** Where each kind of thing opens. */
const OPENS: Readonly<Record<string, (match: Match) => string | null>> = {
  bin: (match) => `/look/bin/${match.id}?code=${encodeURIComponent(match.code)}`,
  item: (match) => `/look/item/${match.id}`,
  lot: (match) => `/look/lot/${match.id}`,
  serial: (match) => `/look/serial/${match.id}`,
  handling_unit: (match) => `/look/handling_unit/${match.id}`,
  order: (match) => `/ship/${match.id}`,
  task: (match) => (match.label === 'count' ? `/count/${match.id}` : `/pick?take=${match.id}`),
  job: () => '/job',
  work_centre: () => '/job',
  person: () => null,
};

/** A tote or handling unit of a round in hand opens that round, without asking anyone. */
function inHand(scan: Scan, rounds: readonly PickState[]): Choice | null {
  const state = rounds.find(({ round }) => meanings(round, scan).some((meaning) => meaning.is === 'tote'));
  return state
    ? { to: `/pick/${state.round.id}`, title: t('round_n', { number: state.round.number }), note: '' }
    : null;
}

/** Without the server: what the code is, from what the device keeps of the site. */
async function tellOffline(scan: Scan): Promise<void> {
  const { known } = await import('../known/store');
  const found = known(scan);
  if (!found) return tell({ kind: 'wrong', head: { key: 'need_network' }, lines: [{ key: 'offline_home' }] });
  const later = { key: 'known_offline' } as const;
  if (found.is === 'place')
    return tell({
      kind: 'attention',
      head: { key: found.kind === 'bin' ? 'a_bin' : 'a_place', args: { code: found.code } },
      lines: [later],
    });
  if (found.is === 'tote')
    return tell({ kind: 'attention', head: { key: 'a_tote', args: { slot: found.code } }, lines: [later] });
  const { sku, name, content, packaging } = found;
  const packed = { key: 'content_of', args: { count: Number(content), kind: sku } } as const;
  tell({
    kind: 'attention',
    head: { key: 'a_item', args: { name } },
    lines: packaging ? [packed, later] : [{ key: 'a_code', args: { code: sku } }, later],
  });
}

/** Everything a code could be, as places to go; null when it was told to the person instead. */
export async function answerAnything(
  scan: Scan,
  rounds: readonly PickState[],
  expected = '',
): Promise<Choice[] | null> {
  const own = inHand(scan, rounds);
  if (own) return [own];
  const scanned = { key: 'a_code', args: { code: shown(scan.text) } } as const;
  try {
    const { matches } = await got(
      client.GET('/api/floor/work/resolve', { params: { query: { code: rawOf(scan), expected } } }),
    );
    const choices = matches.flatMap((match): Choice[] => {
      const to = OPENS[match.kind]?.(match);
      return to ? [{ to, title: match.code, note: match.label }] : [];
    });
    const likely = matches.findIndex((match) => match.likely);
    const one = likely >= 0 ? choices[likely] : undefined;
    if (choices.length > 0) return one ? [one] : choices;
    tell({ kind: 'wrong', head: { key: 'not_known', args: { scanned } }, lines: [{ key: 'not_known_more' }] });
  } catch {
    await tellOffline(scan);
  }
  return null;
}
