import '../css';
import './supplier.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { allowOwnScripts } from '../trusted';
import { Supplier } from './Supplier';
import { start } from './store';
import { isLanguage, language, speak, t } from './words';

allowOwnScripts();
const dark = matchMedia('(prefers-color-scheme: dark)');
const more = matchMedia('(prefers-contrast: more)');
const dress = (): void => {
  document.documentElement.dataset['theme'] = more.matches ? 'contrast' : dark.matches ? 'dark' : 'light';
};
dark.addEventListener('change', dress);
more.addEventListener('change', dress);
dress();
// Before the link has said which language its supplier reads.
const wanted = navigator.languages.map((one) => one.slice(0, 2)).find((one) => isLanguage(one)) ?? 'en';
if (isLanguage(wanted) && wanted !== language()) await speak(wanted).catch(() => undefined);
effect(() => {
  document.title = t('your_orders');
});
start();
render(<Supplier />, document.getElementById('app') as HTMLElement);
