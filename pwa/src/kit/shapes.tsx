/** Line drawings used as signs; each is a shape of its own, so that no state hangs on colour. */
import type { JSX } from 'preact';

type Props = { title?: string };
const draw = (view: string, path: JSX.Element, extra: object = {}) => (
  <svg
    viewBox={view}
    fill="none"
    stroke="currentColor"
    stroke-width="3"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    {...extra}
  >
    {path}
  </svg>
);

export const Tick = () =>
  draw(
    '0 0 48 48',
    <>
      <circle cx="24" cy="24" r="21" />
      <path d="M13 25l8 8 15-17" />
    </>,
  );
export const Cross = () => draw('0 0 48 48', <path d="M15 3h18l12 12v18L33 45H15L3 33V15zM16 16l16 16M32 16L16 32" />);
export const Triangle = () =>
  draw(
    '0 0 48 48',
    <>
      <path d="M24 5l21 38H3z" />
      <path d="M24 19v12M24 36.5v.5" />
    </>,
  );
export const Back = () => draw('0 0 24 24', <path d="M15 4l-8 8 8 8" />);
export const Erase = () => draw('0 0 32 24', <path d="M10 3h20v18H10L2 12zM15 8l8 8M23 8l-8 8" />);
export const Bars = () =>
  draw(
    '0 0 34 28',
    <g fill="currentColor" stroke="none">
      <rect x="1" y="2" width="4" height="24" />
      <rect x="8" y="2" width="2" height="24" />
      <rect x="13" y="2" width="6" height="24" />
      <rect x="22" y="2" width="2" height="24" />
      <rect x="27" y="2" width="5" height="24" />
    </g>,
  );
export const Box = () => draw('0 0 48 48', <path d="M6 15l18-9 18 9v19l-18 9-18-9zM6 15l18 9 18-9M24 24v19" />);
export const Person = () =>
  draw(
    '0 0 48 48',
    <>
      <circle cx="24" cy="16" r="9" />
      <path d="M7 43c2-11 9-15 17-15s15 4 17 15" />
    </>,
  );
export const Handheld = () =>
  draw(
    '0 0 48 48',
    <>
      <rect x="13" y="4" width="22" height="40" rx="4" />
      <path d="M20 38h8M13 32h22" />
    </>,
  );
export type { Props };
