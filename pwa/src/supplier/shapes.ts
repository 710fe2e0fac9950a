/** What the portal tells; the same shapes as the API's description. */
export interface Part {
  quantity: string;
  promisedOn: string;
  price: string | null;
}
export interface Reply {
  schedule: Part[];
  rejected: string;
  reason: string;
  differs: string[];
  verdict: string;
  decision: string | null;
  decisionNote: string;
  receipt: string;
  at: string;
}
export interface Line {
  line: number;
  sku: string;
  revision: string;
  name: string;
  tracking: string;
  expires: boolean;
  whole: boolean;
  unit: string;
  quantity: string;
  price: string;
  wantedOn: string;
  state: string;
  shipped: string;
  shippable: string;
  reply: Reply | null;
}
export interface Advice {
  id: string;
  number: string;
  shipsOn: string;
  carrier: string;
  lines: {
    line: number;
    sku: string;
    name: string;
    unit: string;
    quantity: string;
    lot: string | null;
    expiresOn: string | null;
    packs: { sscc: string; quantity: string }[];
  }[];
}
export interface Order {
  id: string;
  number: string;
  version: number;
  state: string;
  currency: string;
  deliverTo: string;
  answerBy: string | null;
  reason: string;
  lines: Line[];
  advices: Advice[];
}
export interface OrderRow {
  id: string;
  number: string;
  version: number;
  state: string;
  lines: number;
  openLines: number;
  shippableLines: number;
  dueOn: string | null;
  answerBy: string | null;
}
export interface Overview {
  supplier: string;
  buyer: string;
  language: string;
  expiresAt: string;
  orders: OrderRow[];
}
export interface Receipt {
  receipt: string;
  agreed: number[];
  waiting: number[];
  open: number[];
}
export interface Change {
  line: number;
  field: string;
  was: string;
  now: string;
}
export interface Problem {
  type: string;
  title: string;
  detail: string;
  status: number;
  facts?: Record<string, unknown>;
}
