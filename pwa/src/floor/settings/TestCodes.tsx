import { t } from '../../i18n';
import { code128 } from './code128';
import { LAYOUT_CODE } from './judge';

/** The layout test code as a barcode on the screen, drawn here so that it works without a printer or the network. */
export function TestCodes() {
  const { width, bars } = code128(LAYOUT_CODE);
  return (
    <figure class="card col barcode">
      <svg viewBox={`0 0 ${width} 40`} preserveAspectRatio="none" role="img" aria-label={LAYOUT_CODE}>
        <rect width={width} height="40" class="white" />
        {bars.map(([x, w]) => (
          <rect key={x} x={x} y="3" width={w} height="34" class="black" />
        ))}
      </svg>
      <figcaption class="note">
        {t('scanner_layout_ask')}: <span class="mono">{LAYOUT_CODE}</span>
      </figcaption>
    </figure>
  );
}
