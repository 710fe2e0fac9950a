/** What waits on the device to be sent, and the pure rules of sending it. */

/** The shape of payloads this app writes; the server upcasts older ones. */
export const SCHEMA = 1;
export const MOST_IN_BATCH = 50;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** RFC 9457 problem details, as the server tells them. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  facts?: Record<string, unknown>;
}

/** A command a person gave. `task` binds the order: commands of one task are sent in the order they were given. */
export interface Given {
  id: string;
  type: string;
  task: string | null;
  payload: Record<string, unknown>;
}

export interface Row extends Given {
  /** Grows by one with each command of this device; the order of everything. */
  seq: number;
  schema: number;
  /** The device's wall clock, ISO, and its monotonic clock in ms since the page opened. */
  clientTs: string;
  mono: number;
  deviceId: string | null;
  personId: string;
  personName: string;
  appVersion: string;
  /** `held` blocks its task until the person has seen why it was refused. */
  state: 'waiting' | 'held';
  tries: number;
  problem: Problem | null;
}

export type NewRow = Omit<Row, 'seq'>;

export interface Result {
  id: string;
  outcome: 'done' | 'refused' | 'retry';
  replayed: boolean;
  answer: Record<string, unknown> | null;
  problem: Problem | null;
}

/** What came back for one batch: results, or a status for the whole. A lost answer is a rejected promise instead. */
export interface Reply {
  status: number;
  results: readonly Result[];
  problem: Problem | null;
  retryAfterMs: number | null;
}

/** Which line a row stands in; a command without a task depends on no other. */
export const lane = (row: Given): string => row.task ?? row.id;

/**
 * The next rows to send: the person's own, in order, at most `most`, none of a task that a held row blocks. A row that another
 * person left unsent waits for that person, since a command carries the name of whoever signs in to send it, and it
 * holds back its task meanwhile.
 */
export function nextBatch(rows: readonly Row[], personId: string, most: number = MOST_IN_BATCH): Row[] {
  const blocked = new Set<string>();
  const batch: Row[] = [];
  for (const row of [...rows].sort((a, b) => a.seq - b.seq)) {
    if (blocked.has(lane(row))) continue;
    if (row.state === 'held' || row.personId !== personId) blocked.add(lane(row));
    else if (batch.length < most) batch.push(row);
    else break;
  }
  return batch;
}

/** How long to wait after so many failures in a row: doubling from 2 s to 60 s, with full jitter in the upper half. */
export function backOff(failures: number, random: number): number {
  const top = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(top / 2 + (top / 2) * random);
}

export interface Outcome {
  deleted: readonly Row[];
  held: readonly Row[];
  again: readonly Row[];
  answers: readonly { row: Row; result: Result }[];
}

/** Sorts a batch by its results. A row without a result is sent again; so is one whose task was refused before it. */
export function settle(batch: readonly Row[], results: readonly Result[]): Outcome {
  const byId = new Map(results.map((result) => [result.id, result]));
  const out = {
    deleted: [] as Row[],
    held: [] as Row[],
    again: [] as Row[],
    answers: [] as { row: Row; result: Result }[],
  };
  for (const row of batch) {
    const result = byId.get(row.id);
    const tried = { ...row, tries: row.tries + 1 };
    if (result?.outcome === 'done') {
      out.deleted.push(row);
      out.answers.push({ row, result });
    } else if (result?.outcome === 'refused') out.held.push({ ...tried, state: 'held', problem: result.problem });
    else out.again.push(tried);
  }
  return out;
}

export interface Status {
  waiting: number;
  held: number;
  /** Wall clock of the oldest unsent command, ISO. */
  oldest: string | null;
  sending: boolean;
  /** Why nothing is sent: nobody signed in, the app is too old, or the network does not answer. */
  stopped: 'sign_in' | 'update' | 'network' | null;
}
