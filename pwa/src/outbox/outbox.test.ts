import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { deleteDB } from 'idb';
import { openStore, type Db } from './db';
import { Outbox, type World } from './outbox';
import type { Given, Reply, Result, Row } from './rows';
import { uuid7 } from './uuid7';

/** A server that keeps its word: one effect a key, the first answer again for a repeated one. */
class Server {
  readonly applied: { id: string; task: string | null; person: string }[] = [];
  readonly answers = new Map<string, Result>();
  refuses = new Set<string>();

  take(rows: readonly Row[]): Result[] {
    return rows.map((row) => {
      const known = this.answers.get(row.id);
      if (known) return { ...known, replayed: true };
      const refused = this.refuses.has(row.id);
      if (!refused) this.applied.push({ id: row.id, task: row.task, person: row.personId });
      const result: Result = {
        id: row.id,
        outcome: refused ? 'refused' : 'done',
        replayed: false,
        answer: refused ? null : { ok: true },
        problem: refused ? { type: 'conflict', title: 'No', status: 409, detail: '' } : null,
      };
      this.answers.set(row.id, result);
      return result;
    });
  }
}

type Weather = 'fine' | 'away' | 'lost' | '503' | '401' | '426' | 'half';

const ok = (results: readonly Result[]): Reply => ({ status: 200, results, problem: null, retryAfterMs: null });
const bare = (status: number): Reply => ({ status, results: [], problem: null, retryAfterMs: null });

/** What the network does to one batch: `lost` books it and loses the answer, `half` answers only for the first ones. */
function through(server: Server, weather: Weather, rows: readonly Row[]): Reply {
  if (weather === 'away') throw new TypeError('network');
  if (weather === '503' || weather === '401' || weather === '426') return bare(Number(weather));
  if (weather === 'half') return ok(server.take(rows.slice(0, Math.ceil(rows.length / 2))));
  const results = server.take(rows);
  if (weather === 'lost') throw new TypeError('network');
  return ok(results);
}

interface Rig {
  server: Server;
  weather: Weather[];
  person: string | null;
  sent: string[][];
  world: World;
}

function rig(): Rig {
  const made: Rig = { server: new Server(), weather: [], person: 'anna', sent: [], world: null as unknown as World };
  made.world = {
    async send(rows) {
      made.sent.push(rows.map((row) => row.id));
      await Promise.resolve();
      return through(made.server, made.weather.shift() ?? 'fine', rows);
    },
    renew: () => Promise.resolve(false),
    identity: () => (made.person ? { personId: made.person, personName: made.person, deviceId: 'd' } : null),
    now: () => new Date(),
    random: () => 0,
    appVersion: '0',
    exclusively: (work) => work(),
  };
  return made;
}

let names = 0;
const opened: { db: Promise<Db>; name: string }[] = [];
function fresh(): Promise<Db> {
  const name = `test-${++names}`;
  const db = openStore(name);
  opened.push({ db, name });
  return db;
}
afterEach(async () => {
  for (const { db, name } of opened.splice(0)) {
    (await db).close();
    await deleteDB(name);
  }
});

const given = (task: string | null, id: string = uuid7()): Given => ({
  id,
  type: 'pick.confirm',
  task,
  payload: { n: id },
});

describe('the outbox, whatever the network does', () => {
  const weather = fc.constantFrom<Weather>('fine', 'away', 'lost', '503', '401', '426', 'half');
  const deed = fc.oneof(
    { weight: 4, arbitrary: fc.record({ is: fc.constant('give' as const), task: fc.constantFrom('a', 'b', 'c') }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('refuse' as const), task: fc.constantFrom('a', 'b', 'c') }) },
    {
      weight: 3,
      arbitrary: fc.record({ is: fc.constant('send' as const), weather: fc.array(weather, { maxLength: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('reload' as const) }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('dismiss' as const) }) },
  );

  it('books every command once and in order within its task, and loses none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 25 }), async (deeds) => {
        const { server, world, weather: coming } = rig();
        const db = fresh();
        let outbox = new Outbox(db, { ...world, send: (rows) => world.send(rows) });
        const order = new Map<string, string[]>();
        for (const one of deeds) {
          if (one.is === 'give' || one.is === 'refuse') {
            const command = given(one.task);
            if (one.is === 'refuse') server.refuses.add(command.id);
            order.set(one.task, [...(order.get(one.task) ?? []), command.id]);
            await outbox.record([command]);
          } else if (one.is === 'send') {
            coming.splice(0, coming.length, ...one.weather);
            await outbox.flush();
          } else if (one.is === 'reload') outbox = new Outbox(db, world);
          else
            for (const row of (await outbox.rows()).filter((each) => each.state === 'held'))
              await outbox.dismiss(row.id);
        }
        coming.length = 0;
        for (let round = 0; round < 60 && (await outbox.rows()).length > 0; round++) {
          await outbox.wake();
          for (const row of (await outbox.rows()).filter((each) => each.state === 'held')) await outbox.dismiss(row.id);
        }
        expect(await outbox.rows()).toEqual([]);
        for (const [task, ids] of order) {
          expect(server.applied.filter((each) => each.task === task).map((each) => each.id)).toEqual(
            ids.filter((id) => !server.refuses.has(id)),
          );
        }
        expect(server.answers.size).toBe([...order.values()].flat().length);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('the outbox', () => {
  it('sends again after a lost answer, with the same key, and the server books it once', async () => {
    const { server, world, weather, sent } = rig();
    const outbox = new Outbox(fresh(), world);
    weather.push('lost');
    const command = given('a');
    await outbox.record([command]);
    await outbox.flush();
    expect(outbox.status.value).toMatchObject({ waiting: 1, stopped: 'network' });
    await outbox.wake();
    expect(sent).toEqual([[command.id], [command.id]]);
    expect(server.applied).toHaveLength(1);
    expect(outbox.status.value).toMatchObject({ waiting: 0, stopped: null });
  });

  it('sends at once for who signs in while the server is refusing the one before', async () => {
    const { server, world, weather } = rig();
    let refusing: (() => void) | null = null;
    const send: World['send'] = async (rows) => {
      if (refusing === null) await new Promise<void>((go) => (refusing = go));
      return world.send(rows);
    };
    const outbox = new Outbox(fresh(), { ...world, send });
    weather.push('401');
    await outbox.record([given('a')]);
    await expect.poll(() => refusing).not.toBeNull();
    const woken = outbox.wake();
    (refusing as unknown as () => void)();
    await woken;
    expect(server.applied).toHaveLength(1);
    expect(outbox.status.value).toMatchObject({ waiting: 0, stopped: null });
  });

  it('writes the task and its command together, or neither', async () => {
    const { world } = rig();
    const db = fresh();
    const outbox = new Outbox(db, { ...world, identity: () => null });
    const work = { task: 'a', kind: 'pick' as const, personId: 'anna', updatedAt: '', state: 1 };
    await expect(outbox.record([given('a')], work)).rejects.toThrow();
    expect(await (await db).get('work', 'a')).toBeUndefined();
    const twice = given('a');
    const good = new Outbox(db, { ...world, send: () => Promise.reject(new TypeError('network')) });
    await good.record([twice], work);
    await expect(good.record([twice], { ...work, state: 2 })).rejects.toThrow();
    expect((await (await db).get('work', 'a'))?.state).toBe(1);
    await good.flush();
  });

  it('blocks only the task of a refused command, and lets another take its place in the order', async () => {
    const { server, world, weather } = rig();
    const outbox = new Outbox(fresh(), world);
    weather.push('away');
    const first = given('a');
    server.refuses.add(first.id);
    await outbox.record([first]);
    await outbox.flush();
    await outbox.wake();
    const after = given('a');
    const other = given('b');
    await outbox.record([after, other]);
    await outbox.flush();
    expect(server.applied.map((one) => one.id)).toEqual([other.id]);
    expect(outbox.status.value).toMatchObject({ held: 1, waiting: 1 });
    const instead = given('a');
    await outbox.dismiss(first.id, instead);
    await outbox.wake();
    expect(server.applied.map((one) => one.id)).toEqual([other.id, instead.id, after.id]);
  });

  it('keeps what another person did until that person is back, and never sends it in another name', async () => {
    const made = rig();
    const outbox = new Outbox(fresh(), made.world);
    made.weather.push('away');
    const annas = given('a');
    await outbox.record([annas]);
    await outbox.flush();
    made.person = 'bo';
    const bos = given('b');
    await outbox.record([bos]);
    await outbox.wake();
    expect(made.server.applied).toEqual([{ id: bos.id, task: 'b', person: 'bo' }]);
    made.person = 'anna';
    await outbox.wake();
    expect(made.server.applied.at(-1)).toEqual({ id: annas.id, task: 'a', person: 'anna' });
  });

  it('stops for a sign-in or an update and keeps everything', async () => {
    for (const [status, why] of [
      ['401', 'sign_in'],
      ['426', 'update'],
    ] as const) {
      const { world, weather } = rig();
      const outbox = new Outbox(fresh(), world);
      weather.push(status);
      await outbox.record([given('a')]);
      await outbox.flush();
      expect(outbox.status.value).toMatchObject({ waiting: 1, stopped: why });
    }
  });

  it('finds the one command that spoils a batch, and sends the others', async () => {
    const { server, world } = rig();
    const bad = given('bad');
    const outbox = new Outbox(fresh(), {
      ...world,
      send: (rows) =>
        Promise.resolve(
          rows.some((row) => row.id === bad.id)
            ? { ...bare(400), problem: { type: 'bad', title: 'Bad', status: 400, detail: '' } }
            : ok(server.take(rows)),
        ),
    });
    await outbox.record([given('a'), given('b'), bad, given('c')]);
    await outbox.flush();
    expect(server.applied.map((one) => one.task).sort()).toEqual(['a', 'b', 'c']);
    expect((await outbox.rows()).map((row) => [row.task, row.state, row.problem?.title])).toEqual([
      ['bad', 'held', 'Bad'],
    ]);
  });

  it('never has two batches on their way at once', async () => {
    const { world, server } = rig();
    let open = 0;
    let most = 0;
    const outbox = new Outbox(fresh(), {
      ...world,
      async send(rows) {
        most = Math.max(most, ++open);
        await new Promise((wait) => setTimeout(wait, 5));
        open--;
        return ok(server.take(rows));
      },
    });
    await Promise.all(Array.from({ length: 20 }, () => outbox.record([given('a')]).then(() => outbox.flush())));
    await outbox.flush();
    expect(most).toBe(1);
    expect(server.applied).toHaveLength(20);
  });
});
