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
  comings++;
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

let turn: Promise<unknown> = Promise.resolve();
/** How often somebody came in, went out or was locked out on this page. */
let comings = 0;

/**
 * What changes the cookie happens one after the other. A slow answer to an old question would else undo the sign-in that
 * overtook it, or bring back who signed out.
 */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

export const signIn = (badge: string, pin: string): Promise<void> => inTurn(() => enter(badge, pin));

async function enter(badge: string, pin: string): Promise<void> {
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
  const before = comings;
  renewing ??= inTurn(() => (comings === before ? exchange() : Promise.resolve(hasToken()))).finally(
    () => (renewing = null),
  );
  return renewing;
}

async function exchange(): Promise<boolean> {
  const mine = person.value;
  // What a lock shut, only the PIN opens.
  if (!mine || locked.value) return false;
  try {
    const session = await got(client.POST('/api/floor/access/refresh', {}));
    // Another tab's person has signed in since: the PIN is asked, and nothing of mine becomes theirs.
    if (session.person.id !== mine.id) lock();
    else if (!locked.value) keep(session);
    return hasToken();
  } catch (error) {
    if (error instanceof Refused && (error.problem.status === 401 || error.problem.status === 403)) lock();
    return false;
  }
}

export function lock(): void {
  comings++;
  useToken(null);
  locked.value = true;
}

/** Ends the session here and on the server. The queue and the device stay; unsent commands wait for their person. */
export const signOut = (): Promise<void> => inTurn(leave);

async function leave(): Promise<void> {
  await client.POST('/api/floor/access/sign-out', {}).catch(() => undefined);
  comings++;
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
  if (now && !locked.value && hasToken() && isReachable() && Date.now() - lastTouch > now.idleSeconds * 1000) {
    lock();
    // The session ends on the server, too: a page that is loaded anew asks for the PIN as well.
    void inTurn(() => client.POST('/api/floor/access/sign-out', {})).catch(() => undefined);
  }
}

onExpired(renew);
