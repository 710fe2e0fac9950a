import './inspect.css';
import './report.css';
import { Lot } from './Lot';
import { Queue } from './Queue';
import { Reports } from './Reports';
import { Severities } from './Severities';

/** Inspection: the queue, one lot, the reports, or how severely whose goods are inspected. */
export default function Inspect({ id }: { id?: string }) {
  if (id === 'reports') return <Reports />;
  if (id === 'severity') return <Severities />;
  return id ? <Lot id={id} key={id} /> : <Queue />;
}
