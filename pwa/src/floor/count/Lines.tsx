import { day, number, t, term } from '../../i18n';
import { Button, Prompt } from '../../kit/parts';
import { allLines, linesOf, restIsNone, uncounted, unlabelled, type CountState, type Extra } from './counting';
import { term as termOf, w } from './words';

type Props = { state: CountState; set: (state: CountState) => void };

/** What lies in the bin line by line: as the books list it, then what was found; and what is to be left out. */
export function Lines({ state, set }: Props) {
  const { doc } = state;
  const listed = linesOf(doc).length;
  const rest = uncounted(state).length;
  const isTracked = (doc.tracking ?? 'none') !== 'none';
  return (
    <>
      {(doc.aside ?? []).map((one, place) => {
        const facts = { n: number(one.quantity), unit: term(doc.unit), status: termOf('is', one.status) };
        return (
          <p class="card ask" key={`a${place}`} data-testid="aside">
            △ {one.code ? w('aside_lot', { ...facts, code: one.code }) : w('aside', facts)}
          </p>
        );
      })}
      <ul class="list">
        {allLines(state).map((line, place) =>
          place >= listed && state.counted[place] === '0' ? null : (
            <li key={place}>
              <button
                type="button"
                class="card row"
                data-testid={place < listed ? 'count-line' : 'found-line'}
                onClick={() => set({ ...state, open: place })}
              >
                <Named line={line} found={place >= listed} />
                <span class={`chip ${state.counted[place] === undefined ? '' : 'ok'}`}>
                  {state.counted[place] === undefined ? '–' : `✓ ${number(state.counted[place] ?? '0')}`}
                </span>
              </button>
            </li>
          ),
        )}
      </ul>
      {(state.units ?? []).map((code) => (
        <p class="card ask" key={code} data-testid="unit-noted">
          △ {w('unit_noted', { code })}
        </p>
      ))}
      <Prompt>{isTracked && listed > 0 ? t('count_lot') : w('scan_what')}</Prompt>
      {rest > 0 && rest < listed && (
        <Button id="rest-none" onClick={() => set(restIsNone(state))}>
          {w('rest_none', { n: rest })}
        </Button>
      )}
      {isTracked && (
        <Button id="unlabelled" onClick={() => set(unlabelled(state))}>
          {w('no_label')}
        </Button>
      )}
    </>
  );
}

function Named({ line, found }: { line: Extra; found: boolean }) {
  const code = line.handlingUnitCode ?? line.serialCode ?? line.lotCode;
  const notes = [
    line.item !== null && code ? code : '',
    line.expiresOn ? t('use_by', { date: day(line.expiresOn) }) : '',
    found ? `△ ${code || line.item !== null ? w('found_here') : w('no_label')}` : '',
  ];
  return (
    <div class="grow">
      <b>{line.item === null ? (code ?? line.name) : line.name}</b>
      {notes.some(Boolean) && <div class="note">{notes.filter(Boolean).join(' · ')}</div>}
    </div>
  );
}
