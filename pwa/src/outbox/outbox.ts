import { signal } from '@preact/signals';
import type { AnswerRow, Db, WorkRow } from './db';
import { backOff, nextBatch, settle, SCHEMA, type Given, type NewRow, type Reply, type Row, type Status } from './rows';

export interface Identity {
  personId: string;
  personName: string;
  deviceId: string | null;
}

/** The world around the outbox, so that tests can lose answers, break the network and turn the clock. */
export interface World {
  send(rows: readonly Row[]): Promise<Reply>;
  /** Called on 401; true when a new token was had and the batch may be sent again at once. */
  renew(): Promise<boolean>;
  identity(): Identity | null;
  now(): Date;
  random(): number;
  appVersion: string;
  /** Runs `work` unless another page of this app is already at it. */
  exclusively(work: () => Promise<void>): Promise<void>;
}

type Wait = 'none' | 'back_off' | 'stop';

/** Most further tries in one go because somebody signed in, or the network came back, while one was failing. */
const MOST_KNOCKS = 3;

/**
 * The device's queue. Every command is written with the change it makes on screen in one transaction, then sent, in order within
 * its task, until the server has said what became of it. The command's id is its key: sending twice books once.
 */
export class Outbox {
  readonly status = signal<Status>({ waiting: 0, held: 0, oldest: null, sending: false, stopped: null });
  /** Grows when answers have come in; screens watch it and take theirs. */
  readonly answered = signal(0);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private flushing: Promise<void> | null = null;
  private again = false;
  private woken = false;

  constructor(
    private readonly db: Promise<Db>,
    private readonly world: World,
  ) {}

  /** Writes commands and the task as it now stands, all or nothing. Rejects when the device cannot store them. */
  async record(commands: readonly Given[], work?: WorkRow): Promise<void> {
    const db = await this.db;
    const rows = commands.map((command) => this.stamped(command));
    // What was done must survive a battery pulled out; where the picker stands may be a step behind.
    const tx = db.transaction(['outbox', 'work'], 'readwrite', { durability: rows.length > 0 ? 'strict' : 'relaxed' });
    const writes = rows.map((row) => tx.objectStore('outbox').add(row as Row));
    await Promise.all([...writes, work ? tx.objectStore('work').put(work) : undefined, tx.done]);
    if (rows.length > 0) {
      await this.count();
      this.soon();
    }
  }

  async rows(): Promise<Row[]> {
    return (await this.db).getAll('outbox');
  }

  /** Whether anything of this task is still on its way; then the server's picture of it is older than ours. */
  async isPending(task: string): Promise<boolean> {
    return (await this.rows()).some((row) => row.task === task);
  }

  /** The person has seen why a command was refused: it leaves the queue, or makes way for another in its place. */
  async dismiss(id: string, instead?: Given): Promise<void> {
    const tx = (await this.db).transaction('outbox', 'readwrite');
    const row = await tx.store.index('id').get(id);
    if (row?.state === 'held') {
      await tx.store.delete(row.seq);
      if (instead) await tx.store.put({ ...this.stamped(instead), seq: row.seq });
    }
    await tx.done;
    await this.count();
    this.soon();
  }

  /** Answers for one task, oldest first; `took` forgets them once the screen has stored what they change. */
  async answersFor(task: string): Promise<AnswerRow[]> {
    return (await this.db).getAllFromIndex('answers', 'task', task);
  }

  async took(ids: readonly string[]): Promise<void> {
    const tx = (await this.db).transaction('answers', 'readwrite');
    await Promise.all([...ids.map((id) => tx.store.delete(id)), tx.done]);
  }

  /** Sends what can be sent. Called on every command, on `online`, when the page comes to the front, and by a timer. */
  flush(): Promise<void> {
    this.again = true;
    this.flushing ??= this.run().finally(() => (this.flushing = null));
    return this.flushing;
  }

  /** A flush nobody waits for. When the store itself fails, the next reason to flush tries again; nothing was taken out of it. */
  private soon(): void {
    this.flush().catch(() => undefined);
  }

  /** Tries again at once, whatever the timer says: the person asked, or the network came back. */
  wake(): Promise<void> {
    this.failures = 0;
    this.woken = true;
    return this.flush();
  }

  /** Reads the store and tells the screen; also at start, when the queue is from before a reload. */
  async count(): Promise<void> {
    const rows = await this.rows();
    const held = rows.filter((row) => row.state === 'held');
    const first = rows.reduce<Row | null>(
      (oldest, row) => (oldest === null || row.seq < oldest.seq ? row : oldest),
      null,
    );
    this.tell({ waiting: rows.length - held.length, held: held.length, oldest: first?.clientTs ?? null });
  }

  private tell(part: Partial<Status>): void {
    this.status.value = { ...this.status.value, ...part };
  }

  private stamped(command: Given): NewRow {
    const who = this.world.identity();
    if (!who) throw new Error('nobody is signed in');
    return {
      ...command,
      schema: SCHEMA,
      clientTs: this.world.now().toISOString(),
      mono: Math.round(performance.now()),
      ...who,
      appVersion: this.world.appVersion,
      state: 'waiting',
      tries: 0,
      problem: null,
    };
  }

  private async run(): Promise<void> {
    clearTimeout(this.timer);
    let wait: Wait = 'none';
    await this.world
      .exclusively(async () => {
        this.tell({ sending: true });
        // A command given meanwhile is sent at once, unless the line is down: then it waits with the others. Whoever signed in
        // meanwhile is not made to wait for the next reason to try.
        for (let knocks = 0; this.again && (wait === 'none' || (this.woken && knocks++ < MOST_KNOCKS));) {
          this.again = this.woken = false;
          wait = await this.drain();
        }
        this.again = false;
      })
      .finally(() => this.tell({ sending: false }));
    await this.count();
    this.sleep(wait);
  }

  private sleep(wait: Wait): void {
    if (wait === 'stop' || this.status.value.waiting === 0) return;
    // Something may wait although this run went well: for another tab, or for another person's task.
    const ms = wait === 'back_off' ? backOff(this.failures, this.world.random()) : 30_000;
    this.timer = setTimeout(() => this.soon(), ms);
  }

  private async drain(): Promise<Wait> {
    for (let most = 50, renewed = false; ;) {
      const who = this.world.identity();
      if (!who) return this.stop('sign_in');
      const batch = nextBatch(await this.rows(), who.personId, most);
      if (batch.length === 0) return 'none';
      const reply = await this.world.send(batch).catch(() => null);
      if (reply?.status === 401 && !renewed && (renewed = await this.world.renew())) continue;
      const done = await this.takeIn(batch, reply);
      if (done === 'smaller') most = Math.max(1, Math.floor(batch.length / 2));
      else if (done !== 'none') return done;
    }
  }

  private async takeIn(batch: readonly Row[], reply: Reply | null): Promise<Wait | 'smaller'> {
    if (reply === null || reply.status >= 500 || reply.status === 429 || reply.status === 408) return this.failed();
    if (reply.status === 401 || reply.status === 403) return this.stop('sign_in');
    if (reply.status === 426) return this.stop('update');
    if (reply.status >= 400) {
      if (batch.length > 1) return 'smaller'; // one of them spoils the batch: find it, so that the others get through
      const [row] = batch as [Row];
      await this.store(batch, [
        { id: row.id, outcome: 'refused', replayed: false, answer: null, problem: reply.problem },
      ]);
      return 'none';
    }
    const more = await this.store(batch, reply.results);
    if (more > 0) return this.failed();
    this.failures = 0;
    this.tell({ stopped: null });
    return 'none';
  }

  /** Writes what became of a batch in one transaction; returns how many are to be sent again later. */
  private async store(batch: readonly Row[], results: Reply['results']): Promise<number> {
    const out = settle(batch, results);
    const tx = (await this.db).transaction(['outbox', 'answers', 'work'], 'readwrite', { durability: 'strict' });
    const outbox = tx.objectStore('outbox');
    const writes: Promise<unknown>[] = [
      ...out.deleted.map((row) => outbox.delete(row.seq)),
      ...[...out.held, ...out.again].map((row) => outbox.put(row)),
    ];
    for (const { row, result } of out.answers) {
      if (row.task === null || (await tx.objectStore('work').getKey(row.task)) === undefined) continue; // nobody will ask
      writes.push(
        tx.objectStore('answers').put({ id: row.id, task: row.task, type: row.type, payload: row.payload, result }),
      );
    }
    await Promise.all([...writes, tx.done]);
    await this.count();
    this.answered.value++;
    return out.again.length;
  }

  private failed(): Wait {
    this.failures++;
    this.tell({ stopped: 'network' });
    return 'back_off';
  }

  private stop(why: 'sign_in' | 'update'): Wait {
    this.tell({ stopped: why });
    return 'stop';
  }
}
