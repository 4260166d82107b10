import { offsetOf, zoneName } from '../format/format.ts';
import { Menu } from '../parts/menu.tsx';
import { Options } from '../parts/options.tsx';
import { configuration, zone } from '../state/configuration.ts';
import { zonePreference } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';

/** The choice of the time zone: that of the stage, that of this device, or any other. */
export const ZoneMenu = () => {
  useStore(zonePreference);
  const stageZone = useStore(configuration)?.zone ?? 'UTC';
  return (
    <Menu kind="row" align="start" name={t('zone')} label={<span>{zoneName()}</span>}>
      {(close) => (
        <Options
          legend={t('zone')}
          isSearchable
          options={zonesFrom(stageZone)}
          chosen={[zone()]}
          onChange={([chosen = '']) => {
            zonePreference.set(chosen === stageZone ? '' : chosen);
            close();
          }}
        />
      )}
    </Menu>
  );
};

const zonesFrom = (stageZone: string) => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const first = [...new Set([stageZone, own, 'UTC'])];
  return [...first, ...Intl.supportedValuesOf('timeZone').filter((one) => !first.includes(one))].map(
    (value) => ({
      value,
      label: value.replaceAll('_', ' '),
      note: offsetOf(value),
    }),
  );
};
