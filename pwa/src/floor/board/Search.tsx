import { useState } from 'preact/hooks';
import { found, find, historyOf } from './find';
import { Panel } from './parts';
import { hrefOf, type View } from './view';
import { term, w } from './words';

/** Type or scan any code: its history opens. */
export function Search({ go }: { go: (view: View) => void }) {
  const [code, setCode] = useState('');
  const [isDown, setDown] = useState(false);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    setDown(false);
    find(code, go).then(
      () => setCode(''),
      () => setDown(true),
    );
  };
  return (
    <form class="search" role="search" onSubmit={send}>
      <input
        type="search"
        aria-label={w('search')}
        placeholder={w('search')}
        value={code}
        maxLength={512}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => setCode(event.currentTarget.value)}
        data-testid="search"
      />
      <button type="submit" class="btn">
        {w('find')}
      </button>
      {isDown && (
        <span class="chip stop" role="alert">
          ✕ {w('offline')}
        </span>
      )}
    </form>
  );
}

/** Several things bear the code, or none. */
export function Found() {
  const told = found.value;
  return (
    <Panel id="trace" title={w('trace')}>
      {told && told.matches.length === 0 && (
        <p class="card ask" role="status">
          △ {w('unknown', { code: told.code })}
        </p>
      )}
      {told && told.matches.length > 1 && <h3>{w('which')}</h3>}
      <ul class="list">
        {told?.matches.map((match) => (
          <li key={match.kind + match.id}>
            <a class="card row spread" href={hrefOf(historyOf(match))}>
              <span>
                <b>
                  {term('kind', match.kind)} {match.code}
                </b>
                <br />
                <span class="note">{match.label}</span>
              </span>
              {match.place && <span class="chip">{match.place}</span>}
            </a>
          </li>
        ))}
      </ul>
      <p class="note">{w('search_more')}</p>
    </Panel>
  );
}
