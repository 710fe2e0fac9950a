import { app } from './en/app';
import { scans } from './en/scans';
import { work } from './en/work';

/** English: the dictionary that the others are held to. */
export const en = { ...app, ...scans, ...work } as const;
