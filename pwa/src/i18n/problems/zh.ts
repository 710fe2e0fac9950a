import type { Problems } from './en';

export const problems = {
  'claimed-by-other': '别人正在做这项工作', conflict: '情况已有变化', 'count-over': '此盘点已处理', 'handling-unit-elsewhere': '该托盘/箱已被别人移动', 'line-done': '此行已完成', 'lines-open': '此周转箱还有待拣货品',
  'no-work': '没有更多此类工作', 'not-allowed': '您的角色不能这样做', 'not-found': '未找到', 'not-picked': '此订单现在不能发货', 'not-there': '此库位中没有可取的该货', 'not-undoable': '已不能撤回', 'not-yours': '这项工作已不归您', 'same-place': '它已经在那里', 'session-over': '请重新登录',
  'stock-short': '那里库存不足', 'too-many': '请求太多，请稍后再试', 'too-much': '超过本行所需', 'tote-not-bound': '请先为此号位扫周转箱', 'tote-taken': '该周转箱正用于另一订单', 'tracking-missing': '请先扫批次或序列号', unavailable: '暂时不可用', 'unknown-device': '本设备未登记', 'unusable-code': '此登记码不能使用', 'wrong-place': '此周转箱不放在那里', 'wrong-tote': '该周转箱不属于此订单',
} as const satisfies Problems;
