/** Which part of a job is on the screen, and what the parts say alike. */
import { language } from '../../i18n';
import type { JobMaterial, LineLot } from './state';
import type { Dispatch } from './store';

export type Sub = 'job' | 'pause' | 'report' | 'after' | 'finish' | 'materials' | 'call' | 'more' | 'how';
/** What goes in next: the material, and the lot when one was scanned. */
export type Going = { material: JobMaterial; lot: LineLot | null };

export const nameOf = (reason: Dispatch['reasons'][number]): string =>
  reason.names[language()] ?? reason.names['en'] ?? reason.code;
