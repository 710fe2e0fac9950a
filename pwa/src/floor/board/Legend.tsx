import { STEPS } from './plan';
import { w } from './words';

/** What the washes and lines mean, in words beside a swatch. */
export function Legend() {
  const words = [w('heat_1'), w('heat_2'), w('heat_3'), w('heat_4')];
  return (
    <ul class="legend">
      <li class="strong">{w('heat')}</li>
      {STEPS.map((from, place) => (
        <li key={from}>
          <svg class="swatch" viewBox="0 0 20 14" aria-hidden="true">
            <rect class={`heat heat${place + 1}`} x="1" y="1" width="18" height="12" />
          </svg>
          {words[place]}
        </li>
      ))}
      <li>
        <svg class="swatch" viewBox="0 0 20 14" aria-hidden="true">
          <path class="way sample" d="M1 7h18" />
        </svg>
        {w('walked')}
      </li>
      <li>
        <svg class="swatch" viewBox="0 0 20 14" aria-hidden="true">
          <path class="way ahead sample" d="M1 7h18" />
        </svg>
        {w('ahead')}
      </li>
      <li>
        <svg class="swatch" viewBox="0 0 20 14" aria-hidden="true">
          <rect class="swatchshut" x="1" y="1" width="18" height="12" />
          <text class="swatchsign" x="10" y="11">
            ✕
          </text>
        </svg>
        {w('closed_aisle')}
      </li>
      <li>
        <svg class="swatch" viewBox="0 0 20 14" aria-hidden="true">
          <rect class="swatchcrowd" x="2" y="2" width="16" height="10" rx="2" />
        </svg>
        {w('crowded')}
      </li>
      <li class="screenonly printing">
        <button type="button" class="btn" onClick={() => print()}>
          {w('print')}
        </button>
      </li>
    </ul>
  );
}
