import type { Dict } from './dict';
import { app } from './zh/app';
import { scans } from './zh/scans';
import { work } from './zh/work';

export { problems } from './problems/zh';

export const zh = { ...app, ...scans, ...work } as const satisfies Dict;
