import { ErrorBoundary, LocationProvider, lazy, Route, Router } from 'preact-iso';
import { useState } from 'preact/hooks';
import { t } from './i18n';
import { Flash } from './kit/Flash';
import { Home } from './floor/home/Home';
import { SignIn } from './floor/signin/SignIn';
import { device, locked, person } from './session/session';

const Pick = lazy(() => import('./floor/pick/Pick'));
const Rounds = lazy(() => import('./floor/pick/Rounds'));
const Count = lazy(() => import('./floor/count/Count'));
const Receive = lazy(() => import('./floor/receive/Receive'));
const Putaway = lazy(() => import('./floor/putaway/Putaway'));
const Move = lazy(() => import('./floor/move/Move'));
const Ship = lazy(() => import('./floor/ship/Ship'));
const Inspect = lazy(() => import('./floor/inspect/Inspect'));
const Station = lazy(() => import('./floor/job/Station'));
const Job = lazy(() => import('./floor/job/Job'));
const JobsBoard = lazy(() => import('./floor/job/Board'));
const Family = lazy(() => import('./floor/job/Family'));
const PalletCheck = lazy(() => import('./floor/photo/PalletCheck'));
const Look = lazy(() => import('./floor/look/Look'));
const Queue = lazy(() => import('./floor/queue/Queue'));
const Settings = lazy(() => import('./floor/settings/Settings'));
const Office = lazy(() => import('./office/office'));
const Buying = lazy(() => import('./office/suppliers/office-suppliers'));
const Desk = lazy(() => import('./office/erp/Desk'));
const SiteLabels = lazy(() => import('./floor/photo/SiteLabels'));
const Printers = lazy(() => import('./floor/print/Printers'));
const ScannerTest = lazy(() => import('./floor/settings/ScannerTest'));

/** One screen at a time. Without a person there is only the sign-in; settings and the queue can be seen all the same. */
function Screens() {
  const [failed, setFailed] = useState<Error | null>(null);
  const known = device.value !== null && person.value !== null && !locked.value;
  if (failed) return <Failed again={() => setFailed(null)} />;
  return (
    <ErrorBoundary onError={(error: Error) => setFailed(error)}>
      {known ? (
        <Router>
          <Route path="/" component={Home} />
          <Route path="/pick" component={Rounds} />
          <Route path="/pick/:id" component={Pick} />
          <Route path="/count/:id?" component={Count} />
          <Route path="/receive/:id?" component={Receive} />
          <Route path="/putaway/:unit?" component={Putaway} />
          <Route path="/move" component={Move} />
          <Route path="/ship/:id?" component={Ship} />
          <Route path="/inspect/:id?" component={Inspect} />
          <Route path="/job" component={Station} />
          <Route path="/job/board" component={JobsBoard} />
          <Route path="/job/:id" component={Job} />
          <Route path="/family/:kind/:id" component={Family} />
          <Route path="/look/:kind?/:id?" component={Look} />
          <Route path="/pallet/:id?" component={PalletCheck} />
          <Route path="/queue" component={Queue} />
          <Route path="/board" component={Office} />
          <Route path="/office/:room?/:id?" component={Desk} />
          <Route path="/buying/:id?" component={Buying} />
          <Route path="/settings" component={Settings} />
          <Route path="/settings/labels" component={SiteLabels} />
          <Route path="/settings/printers" component={Printers} />
          <Route path="/settings/scanner" component={ScannerTest} />
          <Route default component={Home} />
        </Router>
      ) : (
        <Router>
          <Route path="/queue" component={Queue} />
          <Route path="/settings" component={Settings} />
          <Route path="/settings/scanner" component={ScannerTest} />
          <Route default component={SignIn} />
        </Router>
      )}
    </ErrorBoundary>
  );
}

/** Nothing done is lost when a screen breaks: it is all in the store before it is shown. */
function Failed({ again }: { again: () => void }) {
  return (
    <div class="screen">
      <main>
        <div class="shut" role="alert">
          <h1>{t('unexpected')}</h1>
          <p>{t('unexpected_more')}</p>
        </div>
        <button type="button" class="btn go" onClick={again}>
          {t('try_again')}
        </button>
        <a class="btn" href="/" onClick={again}>
          {t('to_start')}
        </a>
      </main>
    </div>
  );
}

export function App() {
  return (
    <LocationProvider>
      <Screens />
      <Flash />
    </LocationProvider>
  );
}
