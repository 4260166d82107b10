import { useId, useState } from 'preact/hooks';
import { t } from '../words/t.ts';

export type Option = { value: string; label: string; note?: string | undefined };

type Props = {
  legend: string;
  options: readonly Option[];
  /** One or several of them can be chosen. */
  chosen: readonly string[];
  isMultiple?: boolean;
  /** Long lists have a field that narrows them. */
  isSearchable?: boolean;
  onChange: (chosen: string[]) => void;
};

const MAX_SHOWN = 200;

/** A list to choose from. */
export const Options = ({
  legend,
  options,
  chosen,
  isMultiple = false,
  isSearchable = false,
  onChange,
}: Props) => {
  const group = useId();
  const [wanted, setWanted] = useState('');
  const shown = options.filter(({ label, value }) =>
    `${label} ${value}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  const choose = (value: string) => {
    if (!isMultiple) return onChange([value]);
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  };
  return (
    <fieldset class="options">
      <legend class="visually-hidden">{legend}</legend>
      {isSearchable && (
        <input
          type="search"
          class="narrow"
          data-first
          placeholder={t('narrow')}
          aria-label={t('narrow')}
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
      )}
      <div class="list">
        {shown.slice(0, MAX_SHOWN).map(({ value, label, note }) => (
          <label key={value} class="option">
            <input
              type={isMultiple ? 'checkbox' : 'radio'}
              name={group}
              checked={chosen.includes(value)}
              onChange={() => choose(value)}
              onClick={() => !isMultiple && chosen.includes(value) && choose(value)}
            />
            <span>{label}</span>
            {note && <small>{note}</small>}
          </label>
        ))}
        {shown.length === 0 && <p class="none">{t('nothingFits')}</p>}
      </div>
    </fieldset>
  );
};
