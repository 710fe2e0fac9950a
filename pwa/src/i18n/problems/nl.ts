import type { Problems } from './en';

export const problems = {
  'claimed-by-other': 'Iemand anders heeft dit werk', conflict: 'Dat is intussen veranderd', 'count-over': 'Deze telling is al afgehandeld', 'handling-unit-elsewhere': 'Iemand anders heeft deze eenheid verplaatst', 'line-done': 'Deze regel is al klaar', 'lines-open': 'Er moet nog iets in deze krat',
  'no-work': 'Er is geen werk meer van deze soort', 'not-allowed': 'Jouw rol mag dit niet', 'not-found': 'Niet gevonden', 'not-picked': 'Deze order kan nu niet worden verzonden', 'not-there': 'Dat is in dit vak niet vrij om te pakken', 'not-undoable': 'Dit kan niet meer worden teruggedraaid', 'not-yours': 'Dit werk is niet meer van jou', 'same-place': 'Het ligt daar al', 'session-over': 'Meld je opnieuw aan',
  'stock-short': 'Daar ligt niet genoeg', 'too-many': 'Te veel verzoeken, probeer het zo weer', 'too-much': 'Dat is meer dan deze regel nodig heeft', 'tote-not-bound': 'Scan eerst een krat op deze plek', 'tote-taken': 'Die krat is in gebruik voor een andere order', 'tracking-missing': 'Scan eerst de partij of het serienummer', unavailable: 'Nu niet beschikbaar', 'unknown-device': 'Dit apparaat is niet aangemeld', 'unusable-code': 'Deze code kan niet worden gebruikt', 'wrong-place': 'Daar hoort deze krat niet', 'wrong-tote': 'Die krat is niet voor deze order',
} as const satisfies Problems;
