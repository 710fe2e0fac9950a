import type { components } from '../../api/schema';
import { language } from '../../i18n';

/** An order as its buyer sees it. */
export type Whole = components['schemas']['BuyerOrder'];
export type Line = Whole['order']['lines'][number];

/** A price in its currency; fractions of a cent count. */
export const money = (value: string, currency: string): string =>
  new Intl.NumberFormat(language(), { style: 'currency', currency, maximumFractionDigits: 4 }).format(
    value as unknown as number,
  );
