import { t, type Key } from '../../i18n';

/** What a person did, in a few words, for each kind of command. */
const NAMES: Readonly<Record<string, Key & `did_${string}`>> = {
  'pick.confirm': 'did_pick',
  'pick.short': 'did_short',
  'pick.damaged': 'did_damaged',
  'pick.change_lot': 'did_lot',
  'pick.skip': 'did_skip',
  'pick.aisle_blocked': 'did_blocked',
  'pick.bind_tote': 'did_bind',
  'pick.tote_full': 'did_full',
  'pick.undo': 'did_undo',
  'pick.zero_check': 'did_zero',
  'pick.drop': 'did_drop',
  'count.post': 'did_count',
  'stock.move': 'did_move',
  'stock.move_handling_unit': 'did_move',
  'ship.confirm': 'did_ship',
  'quality.read': 'did_read',
  'quality.decide': 'did_decide',
};

export const actionName = (type: string): string => {
  const key = NAMES[type];
  return key ? t(key) : type;
};
