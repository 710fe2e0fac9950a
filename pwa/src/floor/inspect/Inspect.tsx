import './inspect.css';
import './report.css';
import { Lot } from './Lot';
import { Queue } from './Queue';
import { Reports } from './Reports';

/** Inspection: the queue, one lot, or the reports. */
export default function Inspect({ id }: { id?: string }) {
  if (id === 'reports') return <Reports />;
  return id ? <Lot id={id} key={id} /> : <Queue />;
}
