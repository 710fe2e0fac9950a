/**
 * A date field that reads as the reader's language writes dates. A browser shows its own field in its own language, which may put the
 * month first: so that field is seen only while it is filled in.
 */
export function DateInput(props: {
  value: string;
  /** The value as the reader's language writes it; empty while there is none. */
  said: string;
  onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) => void;
  name?: string;
  class?: string;
  min?: string;
  disabled?: boolean | undefined;
  'aria-label'?: string;
  'data-testid'?: string;
}) {
  const { said, ...input } = props;
  return (
    <span class="date">
      <input {...input} type="date" />
      <span class="dayshown" aria-hidden="true">
        {said || '–'}
      </span>
    </span>
  );
}
