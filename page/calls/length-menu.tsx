import { useState } from 'preact/hooks';
import { clockOf } from '../format/format.ts';
import { Menu } from '../parts/menu.tsx';
import { Options } from '../parts/options.tsx';
import { changeQuery, place } from '../state/location.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';

const PRESETS = [
  ['', '10'],
  ['30', ''],
  ['120', ''],
  ['300', ''],
  ['900', ''],
] as const;

const labelOf = (minTalk: string, maxTalk: string): string => {
  const [least, most] = [minTalk, maxTalk].map((seconds) => clockOf(Number(seconds)));
  if (!minTalk) return t('atMost', { time: most ?? '' });
  return maxTalk ? `${least} – ${most}` : t('atLeast', { time: least ?? '' });
};

/** The filter by talk time. */
export const LengthMenu = () => {
  const { query } = useStore(place);
  const [minTalk, maxTalk] = [query.get('minTalk') ?? '', query.get('maxTalk') ?? ''];
  const isSet = minTalk !== '' || maxTalk !== '';
  const name = t('talk');
  return (
    <Menu name={name} isSet={isSet} label={<span>{isSet ? labelOf(minTalk, maxTalk) : name}</span>}>
      {(close) => (
        <>
          <Options
            legend={name}
            options={PRESETS.map(([min, max]) => ({ value: `${min}-${max}`, label: labelOf(min, max) }))}
            chosen={[`${minTalk}-${maxTalk}`]}
            onChange={([next = '']) => {
              const [min, max] = next.split('-');
              const isSame = next === `${minTalk}-${maxTalk}`;
              changeQuery({ minTalk: isSame ? undefined : min, maxTalk: isSame ? undefined : max });
              close();
            }}
          />
          <hr />
          <OwnLength minTalk={minTalk} maxTalk={maxTalk} close={close} />
        </>
      )}
    </Menu>
  );
};

const OwnLength = ({ minTalk, maxTalk, close }: { minTalk: string; maxTalk: string; close: () => void }) => {
  const [min, setMin] = useState(minTalk);
  const [max, setMax] = useState(maxTalk);
  return (
    <form
      class="own-dates"
      onSubmit={(event) => {
        event.preventDefault();
        changeQuery({ minTalk: min, maxTalk: max });
        close();
      }}
    >
      <Seconds label={t('atLeastSeconds')} value={min} onChange={setMin} />
      <Seconds label={t('atMostSeconds')} value={max} onChange={setMax} />
      <button type="submit" class="button primary">
        {t('apply')}
      </button>
    </form>
  );
};

const MAX_SECONDS = 604_800;

const Seconds = (props: { label: string; value: string; onChange: (value: string) => void }) => (
  <label>
    {props.label}
    <input
      class="input"
      type="number"
      inputMode="numeric"
      min={0}
      max={MAX_SECONDS}
      step={1}
      value={props.value}
      onInput={({ currentTarget }) => props.onChange(currentTarget.value)}
    />
  </label>
);
