import { useId } from 'preact/hooks';

type Props<Value extends string> = {
  label: string;
  options: readonly { value: Value; label: string }[];
  chosen: Value;
  onChange: (value: Value) => void;
};

/** A few choices side by side, one of which is chosen. */
export const Segments = <Value extends string>({ label, options, chosen, onChange }: Props<Value>) => {
  const group = useId();
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={group}
            checked={option.value === chosen}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
};
