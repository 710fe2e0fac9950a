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
  'job.setup': 'did_start',
  'job.start': 'did_start',
  'job.pause': 'did_pause',
  'job.report': 'did_report',
  'job.consume': 'did_consume',
  'job.finish': 'did_finish',
  'job.undo': 'did_undo',
  'job.stop_machine': 'did_machine',
  'job.machine_runs': 'did_machine',
  'job.clock_was': 'did_clock',
  'call.raise': 'did_call',
  'call.acknowledge': 'did_call',
  'call.arrive': 'did_call',
  'call.resolve': 'did_call',
  'receive.goods': 'did_receive',
  'receive.close': 'did_close',
  'receive.undo': 'did_undo',
  'putaway.confirm': 'did_putaway',
  'putaway.cancel': 'did_give_up',
  'putaway.undo': 'did_undo',
  'quality.read': 'did_read',
  'quality.decide': 'did_decide',
};

export const actionName = (type: string): string => {
  const key = NAMES[type];
  return key ? t(key) : type;
};
