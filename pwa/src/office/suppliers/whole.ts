import type { components } from '../../api/schema';
import { number } from '../../i18n';

/** An order as its buyer sees it. */
export type Whole = components['schemas']['BuyerOrder'];
export type Line = Whole['order']['lines'][number];

export const money = (value: string, currency: string): string =>
  `${currency} ${number(value)}`;
