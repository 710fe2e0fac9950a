import type { Message } from '../../../i18n';
import type { InspectKey } from './en';

export const zh = {
  inspect: '检验', queue: '待检', queue_none: '没有待检的批', decided_lately: '最近判定', lot_n: '检验批 {number}', loading: '请稍候…', not_here: '本设备没有此批，服务器也没有应答。', reports: '不合格报告', saved_here: '已存本机',
  scan_lot: '扫描批次，或从中选择', from_supplier: '来自 {name}', from_order: '来自工单 {number}', again: '复检，逐件', due: '期限 {time}', of_n: '{done}/{n}',
  drawing: '图纸', risk: '风险', why: '抽样依据', feature: '特性', sample: '样品', sample_n: '样品 {n}/{of}', value: '数值', limits: '{low} 至 {high}', at_most: '至多 {n}', at_least: '至少 {n}', yes_no: '是或否', gauge: '量具', gauge_due: '有效至 {date}', gauge_overdue: '自 {date} 起过期', no_gauge: '没有可用的此类量具',
  state_pending: '等待', state_in_progress: '检验中', state_ready: '可判定', state_accepted: '接收', state_partial: '部分放行', state_rejected: '不接收', state_withdrawn: '已撤回',
  severity_normal: '正常', severity_tightened: '加严', severity_reduced: '放宽', severity_discontinued: '暂停',
  class_critical: '致命', class_major: '严重', class_minor: '轻微',
  conforms: '合格', conforms_not: '不合格', enter: '录入', enter_again: '请再录一次以确认', number_of: '数量', empty: '空',
  twice: '这个值几乎不可能。若确实如此，请再录一次。', not_a_value: '此特性没有这样的值', too_fine: '此处至多 {n} 位小数', gauge_first: '请先选量具', over: '此批已判定', correcting: '更正 {value}，原因？', reason_typo: '录错', reason_again: '重新测量', reason_wrong: '拿错件', photo: '拍照', photo_taken: '已拍照',
  verdict_accept: '读数判定：接收', verdict_reject: '读数判定：不接收', verdict_open: '读数未齐', early: '提前判定', bad_n: { other: '不合格 {n}' }, ac_re: '接收 {ac} · 拒收 {re}', plan_of: 'AQL {aql} · 字码 {letter} · 样本 {n}', whole_lot: '逐件',
  decide: '判定', decision: '判定结果', allocate: '每一件去哪里？', left_n: '还有 {n} 未分配', too_many: '多了 {n}', way_release: '放行', way_concession: '让步接收', way_return: '退供应商', way_scrap: '报废', way_rework: '返工', way_sort: '逐件挑选', all_here: '全部', rest_here: '其余', claim: '向供应商索赔', note: '备注', book: '登记判定', decided_by: '{name}，{time}', supervisor_only: '须主管决定', ncr_n: '报告 {number}', sent_later: '已存本机，网络恢复后发送',
  risk_head: '此方案会放过什么', risk_axis: '批中不合格率', risk_passes: '接收概率', risk_now: '就目前而言：批中不合格率为 {p} % 时，有 {q} % 的可能被接收。', risk_plan: '首个读数之前：{q} %。', risk_caught: '不合格率达到 {p} % 的批，至多十次中有一次被接收。', risk_certain: '已无偶然：判定已定。', risk_of: '不合格',
  list: '特性', ncr_none: '没有报告', claimed: '已索赔', waiting: '待办', done: '完成', next_step: '下一步', step_contain: '围堵', step_analyse: '原因已明', step_propose: '提出处置', step_approve: '批准', step_refuse: '退回', step_execute: '完成：{what}', step_close: '关闭', ncr_open: '打开', ncr_contained: '已围堵', ncr_analysed: '已分析', ncr_proposed: '已提出', ncr_executing: '执行中', ncr_closed: '已关闭', read_by: '{name}，{time}', late_n: { other: '有 {n} 个读数在判定之后才到；已保留' },
} as const satisfies Record<InspectKey, Message>;
