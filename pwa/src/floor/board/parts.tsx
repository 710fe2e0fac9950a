import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { number } from '../../i18n';
import { hrefOf, type View } from './view';
import { w } from './words';

/** A list beside the map. It takes the focus when it opens, so that the keyboard goes on inside it. */
export function Panel({
  title,
  id,
  children,
  back,
}: {
  title: string;
  id: string;
  children: ComponentChildren;
  back?: View;
}) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus({ preventScroll: true }), [title]);
  return (
    <section class="panel" aria-labelledby="panel-title" data-testid={`panel-${id}`}>
      <header class="panelhead">
        <h2 id="panel-title" tabIndex={-1} ref={head}>
          {title}
        </h2>
        {back && (
          <a class="btn" href={hrefOf(back)}>
            {w('back')}
          </a>
        )}
        <a class="btn" href={hrefOf({ is: 'figures' })} data-testid="close">
          {w('close')}
        </a>
      </header>
      <div class="panelbody">{children}</div>
    </section>
  );
}

/** A share as a bar: drawn with attributes, for the page allows no inline styles. */
export function Meter({ done, of, label }: { done: number; of: number; label: string }) {
  const share = of > 0 ? (100 * done) / of : 0;
  return (
    <svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="rest" width="100" height="8" />
      <rect class="done" width={share} height="8" />
    </svg>
  );
}

export const Loading = () => (
  <p class="note" aria-busy="true">
    {w('loading')}
  </p>
);

export function Figure({ n, children }: { n: number; children: ComponentChildren }) {
  return (
    <>
      <span class="n">{number(n)}</span>
      <span class="note">{children}</span>
    </>
  );
}
