import type { Dict } from './dict';
import { app } from './nl/app';
import { scans } from './nl/scans';
import { work } from './nl/work';

export { problems } from './problems/nl';

export const nl = { ...app, ...scans, ...work } as const satisfies Dict;
