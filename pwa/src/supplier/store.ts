/** What the supplier's phone knows and keeps: drafts survive a closed page and a dead connection until the server has spoken. */
import { signal } from '@preact/signals';
import { uuid7 } from '../outbox/uuid7';
import { get, place, post, Refused, Unreached } from './api';
import { body, carried, empty, type Draft } from './draft';
import type { Change, Order, Overview, Problem, Receipt } from './shapes';
import { isLanguage, speak, type Language } from './words';

const LANGUAGE = 'gemba.supply.language';
const key = (order: string): string => `gemba.supply.draft.${order}`;

export const here = signal(place(location.hash));
export const overview = signal<Overview | null>(null);
export const order = signal<Order | null>(null);
export const draft = signal<Draft>(empty(0));
export const receipt = signal<Receipt | null>(null);
export const changes = signal<{ version: number; changes: Change[] } | null>(null);
export const refusal = signal<Problem | null>(null);
/** Why the link opens nothing; no other screen is shown then. */
export const ended = signal<'expired' | 'revoked' | 'unknown' | null>(null);
export const offline = signal(false);
export const sending = signal(false);

export const go = (...parts: string[]): void => {
  location.hash = [here.value.token, ...parts].join('/');
};

export function choose(language: Language): void {
  keep(LANGUAGE, language);
  void speak(language).catch(() => undefined);
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    /* a private window: kept until it closes */
  }
}
function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Says what an error means for the whole page: the link ended, no connection, or a refusal to show. */
export function mishap(error: unknown): void {
  if (error instanceof Unreached) offline.value = true;
  else if (error instanceof Refused) {
    const { type, facts } = error.problem;
    if (type.endsWith('/link-unknown')) ended.value = 'unknown';
    else if (type.endsWith('/link-ended')) ended.value = facts?.['why'] === 'revoked' ? 'revoked' : 'expired';
    else refusal.value = error.problem;
  } else refusal.value = { type: '', title: '', detail: '', status: 500 };
}

export async function loadOverview(): Promise<void> {
  try {
    const told = await get<Overview>('');
    overview.value = told;
    offline.value = false;
    const wanted = kept(LANGUAGE) ?? told.language;
    if (isLanguage(wanted)) await speak(wanted).catch(() => undefined);
  } catch (error) {
    mishap(error);
  }
}

export async function loadOrder(id: string): Promise<void> {
  try {
    const told = await get<Order>(`/orders/${id}`);
    offline.value = false;
    order.value = told;
    draft.value = fitted(told);
    if (here.value.order === id && told.id !== id) stand(told.id); // the same, written otherwise
  } catch (error) {
    mishap(error);
    // An order that this link does not open (a mail's address torn, or typed): why, above those that it does.
    if (refusal.value && order.value?.id !== id && here.value.order === id) {
      stand();
      await loadOverview();
    }
  }
}

/** Another screen in place of this one, without a way back to it. */
function stand(...parts: string[]): void {
  history.replaceState(null, '', `#${[here.value.token, ...parts].join('/')}`);
  here.value = place(location.hash);
}

function fitted(told: Order): Draft {
  const before = kept(key(told.id));
  if (before === null) return empty(told.version);
  try {
    const found = JSON.parse(before) as Draft;
    return found.version === told.version
      ? found
      : carried(
          found,
          told.version,
          told.lines.map((one) => one.line),
          told.lines,
        );
  } catch {
    return empty(told.version);
  }
}

export function change(next: Draft): void {
  // Other words need another key: the old one stands for the answer that was tried with it.
  draft.value = { ...next, key: null };
  if (order.value) keep(key(order.value.id), JSON.stringify(draft.value));
}

/** Sends the draft; without an answer from the server it stays, and is sent again with the same key. */
export async function send(): Promise<void> {
  const now = order.value;
  if (now === null || sending.value || Object.keys(draft.value.lines).length === 0) return;
  sending.value = true;
  refusal.value = null;
  draft.value = { ...draft.value, key: draft.value.key ?? uuid7() };
  keep(key(now.id), JSON.stringify(draft.value));
  try {
    receipt.value = await post<Receipt>(`/orders/${now.id}/answer`, draft.value.key ?? '', body(draft.value));
    offline.value = false;
    forget(now.id);
    void loadOverview();
    await loadOrder(now.id);
  } catch (error) {
    if (error instanceof Refused && error.problem.type.endsWith('/old-version')) await stale(error.problem, now.id);
    else {
      if (error instanceof Refused) draft.value = { ...draft.value, key: null };
      mishap(error);
    }
  } finally {
    sending.value = false;
  }
}

function forget(id: string): void {
  try {
    localStorage.removeItem(key(id));
  } catch {
    /* nothing was kept */
  }
}

async function stale(problem: Problem, id: string): Promise<void> {
  const told = (problem.facts?.['changes'] ?? []) as Change[];
  const mine = draft.value;
  changes.value = { version: Number(problem.facts?.['version']), changes: told };
  await loadOrder(id);
  const now = order.value;
  if (now)
    change(
      carried(
        mine,
        now.version,
        told.map((one) => one.line),
        now.lines,
      ),
    );
}

/** Whether an answer was tried and waits for a connection. */
export const waits = (): boolean => draft.value.key !== null && !sending.value;

export function start(): void {
  const look = (): void => {
    here.value = place(location.hash);
    receipt.value = null;
    changes.value = null;
    refusal.value = null;
    const { order: id } = here.value;
    if (id === null) void loadOverview();
    else if (order.value?.id !== id) {
      order.value = null;
      void loadOrder(id);
    }
    scrollTo(0, 0);
  };
  const again = (): void => {
    if (ended.value) return;
    if (waits()) void send();
    else if (offline.value) look();
  };
  addEventListener('hashchange', look);
  addEventListener('online', again);
  setInterval(again, 8_000);
  look();
  if (here.value.order !== null) void loadOverview();
}
