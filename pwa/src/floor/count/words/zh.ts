import type { CountDict } from './en';

export const zh: CountDict = {
  lot_too: '{name}：请再扫批次',
  serial_too: '{name}：请再扫序列号',
  lot_again: '它和{name}一起在此库位吗？再扫一次即计入。',
  other_again: '它在此库位吗？再扫一次即一并计入。',
  unit_again: '它在此库位吗？再扫一次即通知主管。',
  noted: '已记下，主管会看到',
  scan_what: '请扫这里的货',
  nothing_here: '这里没有货',
  found_here: '账上此处没有',
  no_label: '标签无法读取',
  rest_none: { one: '另一项不在这里', other: '其余 {n} 项不在这里' },
  aside: '不要计入：{n} {unit}{status}',
  aside_lot: '不要计入：{n} {unit}{status}，{code}',
  is_damaged: '破损',
  is_hold: '冻结',
  is_quality: '待检',
  is_blocked: '锁定',
  use_by_date: '有效期至（见标签）',
  unit_noted: '整托/整箱 {code} 在这里：主管会得知',
};
