/** What an answer can be. */
export type Kind = 'right' | 'wrong' | 'attention';

/** One tone: pitch in Hz, start and length in ms, wave form. */
interface Tone {
  hz: number;
  at: number;
  ms: number;
  wave: OscillatorType;
}

/**
 * Three answers no ear confuses, made in code so that nothing is downloaded: right is one short high beep, wrong a low
 * rough double beep, attention three rising notes.
 */
export const TONES: Record<Kind, readonly Tone[]> = {
  right: [{ hz: 1760, at: 0, ms: 90, wave: 'sine' }],
  wrong: [
    { hz: 196, at: 0, ms: 170, wave: 'square' },
    { hz: 147, at: 220, ms: 260, wave: 'square' },
  ],
  attention: [
    { hz: 587, at: 0, ms: 90, wave: 'triangle' },
    { hz: 740, at: 110, ms: 90, wave: 'triangle' },
    { hz: 988, at: 220, ms: 150, wave: 'triangle' },
  ],
};

/** On and off times in ms; a glove feels the count of the pulses before their length. */
export const BUZZES: Record<Kind, readonly number[]> = {
  right: [40],
  wrong: [120, 70, 240],
  attention: [50, 60, 50, 60, 50],
};

let audio: AudioContext | null = null;

/** Wakes the sound up; browsers allow it only inside a tap or a key press, so every first touch calls this. */
export function unlockSound(): void {
  if (typeof AudioContext === 'undefined' || audio?.state === 'running') return;
  audio ??= new AudioContext({ latencyHint: 'interactive' });
  if (audio.state === 'suspended') void audio.resume();
}

/** 'running' once sounds can be heard; shown by the sound test. */
export const soundState = (): string => audio?.state ?? 'asleep';

function play(context: AudioContext, tone: Tone, volume: number): void {
  const start = context.currentTime + tone.at / 1000;
  const end = start + tone.ms / 1000;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = tone.wave;
  oscillator.frequency.value = tone.hz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(volume, start + 0.006);
  gain.gain.setValueAtTime(volume, end - 0.02);
  gain.gain.linearRampToValueAtTime(0, end);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(end);
}

/** Plays and buzzes one answer; silent where the device has neither. `volume` is 0 to 1. */
export function signal(kind: Kind, volume: number, buzz: boolean): void {
  if (audio?.state === 'running' && volume > 0) for (const tone of TONES[kind]) play(audio, tone, volume);
  if (buzz && typeof navigator.vibrate === 'function') navigator.vibrate([...BUZZES[kind]]);
}
