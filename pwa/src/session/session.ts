import { computed, signal } from '@preact/signals';
import { client, got, onExpired, Refused, useToken, hasToken } from '../api/client';
import { change, LANGUAGES, type Language } from '../kit/settings';
import type { components } from '../api/schema';

type Session = components['schemas']['Session'];

/** This browser as a device of a site, kept until it is taken out. */
export interface Device {
  id: string;
  site: string;
  token: string;
  name: string;
}
/** Who works here now; kept over a reload, so that a claimed round goes on without the network. */
export interface Person {
  id: string;
  name: string;
  roles: readonly string[];
  idleSeconds: number;
  language: string;
}

const DEVICE = 'gemba.device';
const PERSON = 'gemba.person';
const BADGE = 'gemba.badge';

function stored<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

export const device = signal<Device | null>(stored<Device>(DEVICE));
export const person = signal<Person | null>(stored<Person>(PERSON));
/** The session is over on the server or locked by idleness: the PIN is asked again, the work and the queue stay. */
export const locked = signal(false);
export const signedIn = computed(() => device.value !== null && person.value !== null && !locked.value);
export const may = (...roles: string[]): boolean =>
  person.value?.roles.some((role) => role === 'admin' || roles.includes(role)) ?? false;

export const lastBadge = (): string | null => sessionStorage.getItem(BADGE);

function keep(session: Session): void {
  useToken(session.accessToken);
  const { id, name, roles, language } = session.person;
  const isOther = person.value?.id !== id;
  person.value = { id, name, roles, idleSeconds: session.idleLockSeconds, language };
  localStorage.setItem(PERSON, JSON.stringify(person.value));
  locked.value = false;
  touched();
  if (isOther) speakAs(language);
}

function speakAs(language: string): void {
  if (LANGUAGES.includes(language as Language)) change({ language: language as Language });
}

/** What the device's store remembers, where this page's quick copies were lost with the battery. */
export function recalled(own: Device | null, who: Person | null): void {
  if (own && !device.value) {
    device.value = own;
    localStorage.setItem(DEVICE, JSON.stringify(own));
  }
  if (who && !person.value) {
    person.value = who;
    localStorage.setItem(PERSON, JSON.stringify(who));
    speakAs(who.language);
  }
}

/** Makes this browser a device of the site the code was made for. */
export async function enrol(code: string, name: string): Promise<void> {
  const made = await got(client.POST('/api/floor/access/enrol', { body: { code, name } }));
  device.value = { id: made.device, site: made.site, token: made.deviceToken, name };
  localStorage.setItem(DEVICE, JSON.stringify(device.value));
  // An enrolled device holds work that exists nowhere else yet: ask that it is never cleared.
  // Some browsers ask the person first: nothing waits for the answer.
  void navigator.storage?.persist?.().catch(() => false);
}

export async function signIn(badge: string, pin: string): Promise<void> {
  const own = device.value;
  if (!own) throw new Error('this device is not enrolled');
  try {
    keep(await got(client.POST('/api/floor/access/sign-in', { body: { deviceToken: own.token, badge, pin } })));
    sessionStorage.setItem(BADGE, badge);
  } catch (error) {
    if (error instanceof Refused && error.problem.type.endsWith('unknown-device')) forgetDevice();
    throw error;
  }
}

function forgetDevice(): void {
  device.value = null;
  localStorage.removeItem(DEVICE);
}

let renewing: Promise<boolean> | null = null;

/** A new access token by the cookie. False when there is none to be had; then the PIN is asked, unless it was the network. */
export function renew(): Promise<boolean> {
  renewing ??= exchange().finally(() => (renewing = null));
  return renewing;
}

async function exchange(): Promise<boolean> {
  if (!person.value) return false;
  try {
    keep(await got(client.POST('/api/floor/access/refresh', {})));
    return true;
  } catch (error) {
    if (error instanceof Refused && (error.problem.status === 401 || error.problem.status === 403)) lock();
    return false;
  }
}

export function lock(): void {
  useToken(null);
  locked.value = true;
}

/** Ends the session here and on the server. The queue and the device stay; unsent commands wait for their person. */
export async function signOut(): Promise<void> {
  await client.POST('/api/floor/access/sign-out', {}).catch(() => undefined);
  useToken(null);
  person.value = null;
  locked.value = false;
  localStorage.removeItem(PERSON);
  sessionStorage.removeItem(BADGE);
}

let lastTouch = Date.now();
/** Any touch, key or scan puts the idle lock off. */
export function touched(): void {
  lastTouch = Date.now();
}

/** Locks an idle device, but only while the server can be asked for the PIN: off line, the round goes on. */
export function lockWhenIdle(isReachable: () => boolean): void {
  const now = person.value;
  if (now && !locked.value && hasToken() && isReachable() && Date.now() - lastTouch > now.idleSeconds * 1000) lock();
}

onExpired(renew);
