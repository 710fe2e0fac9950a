import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Result, Row } from './rows';

/** A task in hand on this device, whole: enough to go on without the network. */
export interface WorkRow {
  task: string;
  kind: 'pick' | 'count' | 'inspect' | 'receive' | 'putaway' | 'job';
  personId: string;
  updatedAt: string;
  state: unknown;
}

/** What the server answered to a sent command, kept until the screen of its task has taken it in. */
export interface AnswerRow {
  id: string;
  task: string;
  type: string;
  payload: Record<string, unknown>;
  result: Result;
}

export interface Schema extends DBSchema {
  outbox: { key: number; value: Row; indexes: { id: string } };
  work: { key: string; value: WorkRow };
  answers: { key: string; value: AnswerRow; indexes: { task: string } };
  kv: { key: string; value: unknown };
  photos: { key: string; value: Blob };
}

export type Db = IDBPDatabase<Schema>;

/** Opens the device's store. Upgrades only ever add: an older app's queue must survive every newer one. */
export function openStore(name = 'gemba'): Promise<Db> {
  return openDB<Schema>(name, 1, {
    upgrade(db, from) {
      if (from < 1) {
        db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true }).createIndex('id', 'id', {
          unique: true,
        });
        db.createObjectStore('work', { keyPath: 'task' });
        db.createObjectStore('answers', { keyPath: 'id' }).createIndex('task', 'task');
        db.createObjectStore('kv');
        db.createObjectStore('photos');
      }
    },
    blocking(_current, _blocked, event) {
      // A newer app wants to upgrade: let go, so that its tab can go on.
      (event.target as IDBDatabase | null)?.close();
    },
  });
}
