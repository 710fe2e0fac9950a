import { useEffect, useRef } from 'preact/hooks';
import { t, separator } from '../i18n';
import { typedKeys } from '../scan/typed';
import { Erase } from './shapes';

/**
 * The next text after a key: digits, one separator where decimals are allowed, never more than `most` characters. A digit takes the
 * place of a text that was only proposed, instead of going behind it: who types 2 upon a proposed 1 means 2, not 12.
 */
export function press(before: string, key: string, decimals: boolean, most: number, isProposed = false): string {
  const text = isProposed && /^[\d.,]$/.test(key) ? '' : before;
  if (key === 'Backspace') return text.slice(0, -1);
  if (key === '.' || key === ',') return decimals && !text.includes('.') ? `${text || '0'}.` : text;
  if (!/^\d$/.test(key) || text.length >= most) return text;
  return text === '0' ? key : text + key;
}

/** Our own keys, so that the soft keyboard never covers the work; the digits of a keyed handheld go to the same place. */
export function NumberPad(props: {
  value: string;
  onChange: (value: string) => void;
  onEnter?: () => void;
  decimals?: boolean;
  most?: number;
  leadingZero?: boolean;
}) {
  const { decimals = false, most = 9 } = props;
  const isProposed = useRef(props.value !== '');
  const type = (key: string): void => {
    if (key === 'Enter') {
      props.onEnter?.();
      return;
    }
    if (props.leadingZero && props.value === '0' && /^\d$/.test(key))
      props.onChange(props.value.length < most ? props.value + key : props.value);
    else props.onChange(press(props.value, key, decimals, most, isProposed.current));
    isProposed.current = false;
  };
  useEffect(() => typedKeys(type));
  return (
    <div class="pad" role="group" aria-label={t('number_pad')}>
      {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => (
        <button type="button" class="btn" key={digit} onClick={() => type(digit)}>
          {digit}
        </button>
      ))}
      {decimals ? (
        <button type="button" class="btn" onClick={() => type('.')}>
          {separator()}
        </button>
      ) : (
        <span />
      )}
      <button type="button" class="btn" onClick={() => type('0')}>
        0
      </button>
      <button type="button" class="btn" aria-label={t('erase')} onClick={() => type('Backspace')}>
        <Erase />
      </button>
    </div>
  );
}
