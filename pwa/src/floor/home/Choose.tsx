import { t } from '../../i18n';
import { Screen } from '../../kit/parts';

export interface Choice {
  to: string;
  title: string;
  note: string;
}

/** When a code can be several things: each with its name, one tap away. */
export function Choose({ choices, close }: { choices: readonly Choice[]; close: () => void }) {
  return (
    <Screen title={t('which_one')} back={close}>
      <div class="stackbtns">
        {choices.map((choice) => (
          <a class="card" key={choice.to} href={choice.to} onClick={close}>
            <b>{choice.title}</b>
            <div class="note">{choice.note}</div>
          </a>
        ))}
      </div>
    </Screen>
  );
}
