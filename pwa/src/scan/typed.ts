/** Keys a person pressed, told apart from a scanner's by their gaps: digits, "." "," Backspace and Enter. */
type Listener = (key: string) => void;
const listeners: Listener[] = [];

/** The newest listener gets the keys until the returned function is called. */
export function typedKeys(listener: Listener): () => void {
  listeners.push(listener);
  return () => {
    const place = listeners.lastIndexOf(listener);
    if (place >= 0) listeners.splice(place, 1);
  };
}

export function typed(keys: readonly string[]): void {
  const listener = listeners.at(-1);
  if (listener) for (const key of keys) listener(key);
}

/** Whether anyone waits for a person's keys; if not, slow keys are more likely a scanner on a busy device. */
export const isTyping = (): boolean => listeners.length > 0;
