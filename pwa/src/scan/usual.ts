/** What labels on a floor usually carry, no more, since each format costs time; a site's own choice comes before it. */
export const USUAL: readonly string[] = ['EAN13', 'UPCA', 'Code128', 'ITF', 'QR', 'DataMatrix', 'Aztec'];
