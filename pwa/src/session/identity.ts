import { store } from '../outbox';
import { device, person, recalled, type Device, type Person } from './session';

const DEVICE = 'device';
const PERSON = 'person';

/**
 * Keeps what this device is and who works on it where a battery pulled out does not reach. A browser writes `localStorage` down up to
 * a minute late; a device that died before was a new one off line, with work in its queue and nobody allowed to go on.
 */
export async function keepIdentity(): Promise<void> {
  const db = await store;
  const [kept, who] = await Promise.all([db.get('kv', DEVICE), db.get('kv', PERSON)]);
  recalled((kept as Device | undefined) ?? null, (who as Person | undefined) ?? null);
  device.subscribe((now) => void write(DEVICE, now));
  person.subscribe((now) => void write(PERSON, now));
}

async function write(key: string, value: Device | Person | null): Promise<void> {
  const db = await store;
  await (value ? db.put('kv', value, key) : db.delete('kv', key));
}
