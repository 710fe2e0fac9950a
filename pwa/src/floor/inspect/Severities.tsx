import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { useAnswer } from '../../api/useAnswer';
import { Screen } from '../../kit/parts';
import { may } from '../../session/session';
import { tellWhy } from '../signin/SignIn';
import type { components } from '../../api/schema';
import { inOwn, term, w } from './words';

type Told = components['schemas']['SeverityFacts'];
type Facts = { steady: boolean; authorised: boolean; resume?: boolean };

/** How severely each supplier's items are inspected and why; a supervisor says what reduced inspection needs beside the score. */
export function Severities() {
  const { data, again } = useAnswer(() => got(client.GET('/api/floor/quality/severities')));
  const groups = new Map<string, Told[]>();
  for (const one of data ?? []) {
    const name = `${one.supplier}/${one.item}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return (
    <div class="inspect narrow">
      <Screen title={w('severities')} back="/inspect">
        {data?.length === 0 && (
          <div class="shut">
            <h2>{w('severities_none')}</h2>
          </div>
        )}
        <ul class="list">
          {[...groups].map(([name, classes]) => (
            <Group key={name} classes={classes} again={again} />
          ))}
        </ul>
      </Screen>
    </div>
  );
}

function Group({ classes, again }: { classes: readonly Told[]; again: () => void }) {
  const first = classes[0];
  if (!first) return null;
  const permit = async (facts: Facts): Promise<void> => {
    try {
      const body = { supplier: first.supplier, item: first.item, resume: false, ...facts };
      await got(client.POST('/api/floor/quality/permit', { headers: key(), body }));
      again();
    } catch (error) {
      tellWhy(error);
    }
  };
  const { steady, authorised } = first;
  return (
    <li class="card report" data-testid="severity-group">
      <b class="title">
        {first.sku} · {first.supplier || w('made_here')}
      </b>
      {classes.map((one) => (
        <div key={one.ofClass}>
          <div class="row spread">
            <b>{term('class', one.ofClass)}</b>
            <span class={`chip ${one.severity === 'normal' ? '' : one.severity === 'reduced' ? 'ok' : 'ask'}`}>
              {term('severity', one.severity)}
            </span>
          </div>
          <p class="note">{inOwn(one.explained)}</p>
        </div>
      ))}
      {may('supervisor') && (
        <div class="choices two">
          <Toggle id="steady" on={steady} text={w('steady')} set={(now) => void permit({ steady: now, authorised })} />
          <Toggle
            id="authorised"
            on={authorised}
            text={w('authorised')}
            set={(now) => void permit({ steady, authorised: now })}
          />
          {classes.some((one) => one.severity === 'discontinued') && (
            <button
              type="button"
              class="btn"
              data-testid="resume"
              onClick={() => void permit({ steady, authorised, resume: true })}
            >
              {w('resume')}
            </button>
          )}
        </div>
      )}
    </li>
  );
}

function Toggle(props: { id: string; on: boolean; text: string; set: (now: boolean) => void }) {
  return (
    <button
      type="button"
      class={`btn ${props.on ? 'on' : ''}`}
      role="checkbox"
      aria-checked={props.on}
      data-testid={props.id}
      onClick={() => props.set(!props.on)}
    >
      {props.on ? '☑' : '☐'} {props.text}
    </button>
  );
}
