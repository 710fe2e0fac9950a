/** What IndexedDB throws when it cannot write: no room left, its connection gone after an eviction, a disk that fails. */
const CANNOT_STORE = new Set(['QuotaExceededError', 'InvalidStateError', 'UnknownError']);

/** Whether something failed because this device could not store it, so that nothing of it was booked. */
export const isNotStored = (reason: unknown): boolean =>
  reason instanceof DOMException && CANNOT_STORE.has(reason.name);
