/** Lets the browser do what waits: input first, then painting; the rest goes on in a task of its own. */
export const pause = (ms = 0): Promise<void> => new Promise((go) => setTimeout(go, ms));

/** After the next picture is on the screen; a page nobody sees is not painted, and only pauses. */
export const painted = (): Promise<void> =>
  document.visibilityState === 'hidden' ? pause() : new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
