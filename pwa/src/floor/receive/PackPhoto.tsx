import { useState } from 'preact/hooks';
import { Button, Screen } from '../../kit/parts';
import { Group } from '../photo/Groups';
import { Account, PhotoSheet, TakePhoto, type Tone } from '../photo/PhotoSheet';
import type { Mark, Sheet } from '../photo/marks';
import { w } from '../photo/words';
import { localDay, type Dock } from './dock';
import { awaitedPacks, photographed } from './packs';

/** A whole pallet received by photo: its announced packs are found, missing or strange; those found are taken in together. */
export default function PackPhoto({
  dock,
  take,
  leave,
}: {
  dock: Dock;
  take: (dock: Dock) => void;
  leave: () => void;
}) {
  const [sheets, setSheets] = useState<readonly Sheet[]>([]);
  const today = localDay(new Date());
  const found = photographed(
    dock,
    sheets.flatMap((sheet) => sheet.marks),
    today,
  );
  const toneOf = (mark: Mark): Tone => {
    if (!mark.sure) return 'ask';
    const one = photographed(dock, [mark], today);
    return one.unexpected.length > 0 ? 'stop' : one.here.length > 0 ? 'ok' : one.alone.length > 0 ? 'ask' : 'off';
  };
  return (
    <Screen
      title={w('packs_by_photo')}
      back={leave}
      acts={
        sheets.length > 0 && (
          <Button
            kind="go"
            id="take-packs"
            disabled={found.entries.length === 0}
            onClick={() => take({ ...dock, entries: found.entries, asked: null })}
          >
            {found.entries.length > 0 ? w('take_packs', { n: found.here.length }) : w('no_packs')}
          </Button>
        )
      }
    >
      <TakePhoto
        first={sheets.length === 0}
        expected={awaitedPacks(dock)}
        taken={(sheet) => setSheets([...sheets, sheet])}
      />
      {sheets.length === 0 && <p class="note">{w('how_pallet')}</p>}
      {sheets.length > 0 && (
        <div class="check col" role="status">
          <Account sheets={sheets} />
          {sheets.map((sheet) => (
            <PhotoSheet key={sheet.url} sheet={sheet} tone={toneOf} tap={() => undefined} />
          ))}
          <Group kind="missing" some={found.missing} />
          <Group kind="unexpected" some={found.unexpected} />
          <Group kind="alone" some={found.alone} />
          <Group kind="unread" some={found.unread} />
          <Group kind="present" some={found.here} />
          <Group kind="before" some={found.before} />
        </div>
      )}
    </Screen>
  );
}
