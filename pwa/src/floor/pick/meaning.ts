import type { Decimal } from '../../kit/decimal';
import type { ItemFacts, PlaceFacts, ToteFacts } from '../../api/types';

/** One thing a scanned code can be, seen from one round. */
export type Meaning =
  | { is: 'place'; place: PlaceFacts }
  | { is: 'tote'; tote: ToteFacts }
  | { is: 'unit'; code: string; item: ItemFacts | null }
  | { is: 'item'; item: ItemFacts; content: Decimal; packaging: string; lot: string | null; serial: string | null }
  | { is: 'lot'; code: string; item: ItemFacts }
  | { is: 'serial'; code: string; item: ItemFacts }
  | { is: 'place_elsewhere'; kind: string; code: string }
  | { is: 'tote_elsewhere'; code: string }
  | { is: 'unknown'; code: string };
