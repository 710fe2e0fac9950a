import type { components } from '../../api/schema';
import type { Scan } from '../../scan/scan';
import type { Decimal } from '../../kit/decimal';

export type CodeBook = components['schemas']['CodeBook'];

/** What a code stands for on this site, whoever is working on what. */
export type Known =
  | { is: 'place'; kind: string; code: string }
  | { is: 'tote'; code: string }
  | { is: 'item'; sku: string; name: string; unit?: string; content: Decimal; packaging: string };

/** All codes of the site by what is printed: thousands, found at once. */
export class Codes {
  private readonly byCode = new Map<string, Known>();

  constructor(book: CodeBook) {
    for (const { sku, name, unit, packs } of book.items) {
      this.byCode.set(sku.toUpperCase(), { is: 'item', sku, name, unit, content: '1', packaging: '' });
      for (const pack of packs)
        this.byCode.set(pack.gtin, { is: 'item', sku, name, unit, content: pack.quantity, packaging: pack.kind });
    }
    // A book kept from before names no totes yet.
    for (const code of book.totes ?? []) this.byCode.set(code.toUpperCase(), { is: 'tote', code });
    for (const [kind, codes] of Object.entries(book.places))
      for (const code of codes) this.byCode.set(code.toUpperCase(), { is: 'place', kind, code });
  }

  find(scan: Pick<Scan, 'text' | 'gtin'>): Known | null {
    return this.byCode.get(scan.gtin ?? '') ?? this.byCode.get(scan.text.toUpperCase()) ?? null;
  }
}
