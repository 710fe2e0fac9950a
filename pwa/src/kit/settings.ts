import { effect, signal } from '@preact/signals';

export const THEMES = ['auto', 'light', 'dark', 'contrast'] as const;
export const LANGUAGES = ['en', 'nl', 'zh'] as const;
export type Theme = (typeof THEMES)[number];
export type Language = (typeof LANGUAGES)[number];

/** How a scanner behaves on this device; learnt by the scanner test page. */
export interface ScannerProfile {
  /** What ends a scan: a key, or a silence for scanners that send none. */
  suffix: 'Enter' | 'Tab' | 'gap';
  /** Longest silence between two characters of one scan, in ms. */
  gap: number;
  /** Characters this scanner or keyboard layout sends for others, as pairs: what arrives, what was printed. */
  swaps: Readonly<Record<string, string>>;
}

/** What this device remembers for whoever holds it. */
export interface Settings {
  theme: Theme;
  glove: boolean;
  language: Language;
  volume: number;
  buzz: boolean;
  scanner: ScannerProfile;
}

const KEY = 'gemba.settings';

function deviceLanguage(): Language {
  const wanted = navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
  return wanted.map((one) => LANGUAGES.find((known) => known === one)).find((one) => one !== undefined) ?? 'en';
}

function defaults(): Settings {
  return {
    theme: 'auto',
    glove: false,
    language: deviceLanguage(),
    volume: 0.8,
    buzz: true,
    scanner: { suffix: 'Enter', gap: 100, swaps: {} },
  };
}

function stored(): Settings {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return { ...defaults(), ...(typeof found === 'object' ? found : {}) };
  } catch {
    return defaults(); // a torn or forbidden store must not keep the app from starting
  }
}

export const settings = signal<Settings>(stored());

export function change(part: Partial<Settings>): void {
  settings.value = { ...settings.value, ...part };
  try {
    localStorage.setItem(KEY, JSON.stringify(settings.value));
  } catch {
    /* private mode: the choice holds until the page closes */
  }
}

/** Puts theme, glove mode and language on the document, and keeps them there as they change. */
export function dress(root: HTMLElement): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const more = matchMedia('(prefers-contrast: more)');
  const paint = (): void => {
    const { theme, glove, language } = settings.value;
    root.dataset['theme'] = theme === 'auto' ? (more.matches ? 'contrast' : dark.matches ? 'dark' : 'light') : theme;
    root.toggleAttribute('data-glove', glove);
    root.lang = language;
  };
  effect(paint);
  dark.addEventListener('change', paint);
  more.addEventListener('change', paint);
}
