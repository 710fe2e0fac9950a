import { t } from '../../i18n';
import { shrink } from '../../outbox/photos';

/** Evidence that is one tap away and never asked for: the device's own camera app takes it. */
export function PhotoButton({ taken, take }: { taken: boolean; take: (photo: Blob) => void }) {
  const chosen = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (file) await shrink(file).then(take, () => undefined);
  };
  return (
    <label class={`btn ${taken ? 'on' : ''}`} data-testid="photo">
      {taken ? `✓ ${t('photo_taken')}` : t('photo')}
      <input
        class="unseen"
        type="file"
        accept="image/*"
        capture="environment"
        onChange={(event) => void chosen(event.currentTarget)}
      />
    </label>
  );
}
