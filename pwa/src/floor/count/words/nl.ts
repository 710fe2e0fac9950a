import type { CountDict } from './en';

export const nl: CountDict = {
  lot_too: '{name}: scan ook de partij',
  serial_too: '{name}: scan ook het serienummer',
  lot_again: 'Ligt het in dit vak, bij {name}? Scan het nog eens om het mee te tellen.',
  other_again: 'Ligt het in dit vak? Scan het nog eens om het mee te tellen.',
  unit_again: 'Staat hij in dit vak? Scan hem nog eens, dan krijgt de leidinggevende bericht.',
  noted: 'Genoteerd voor de leidinggevende',
  scan_what: 'Scan wat hier ligt',
  nothing_here: 'Hier ligt niets',
  found_here: 'Staat hier niet in de boeken',
  no_label: 'Geen leesbaar label',
  rest_none: { one: 'Het andere is er niet', other: 'De andere {n} zijn er niet' },
  aside: 'Tel niet mee: {n} {unit} {status}',
  aside_lot: 'Tel niet mee: {n} {unit} {status}, {code}',
  is_damaged: 'beschadigd',
  is_hold: 'in de wacht',
  is_quality: 'in keuring',
  is_blocked: 'geblokkeerd',
  use_by_date: 'Te gebruiken tot (op het label)',
  unit_noted: 'Laadeenheid {code} staat hier: de leidinggevende krijgt bericht',
};
