import { agoOf, dateTimeOf, numberOf } from '../format/format.ts';
import { Panel } from '../parts/parts.tsx';
import { configuration } from '../state/configuration.ts';
import { t, type Word } from '../words/t.ts';
import { Code } from './code.tsx';

type Found = {
  at: string;
  from: string;
  to: string;
  compared: number;
  missing: number;
  filled: number;
  different: number;
  unexpected: number;
};

/** How the calls compare with NXCloud's list of them, as the API tells it. */
export type Reconciliation = ({ state: 'off' } | { state: 'on'; schedule: 'hourly' | 'daily' }) &
  (Found | { at?: never });

/** What the last comparison with NXCloud's list found, and what to do about it. */
export const Compared = ({ reconciliation }: { reconciliation: Reconciliation }) => {
  const { state, at } = reconciliation;
  const schedule = state === 'on' ? reconciliation.schedule : 'off';
  return (
    <Panel
      title={t('compared')}
      aside={
        <small class="faint" title={at && dateTimeOf(at)}>
          {t(`compared.${schedule}`)}
          {at && ` · ${t('compared.last', { ago: agoOf(at) })}`}
        </small>
      }
    >
      {at ? (
        <Figures found={reconciliation as Found} isLate={isLate(at, schedule)} />
      ) : (
        <p class="none">{t(state === 'on' ? 'compared.first' : 'compared.how')}</p>
      )}
    </Panel>
  );
};

// A comparison is due an hour or a day after the last began, and can take some hours.
const LATE_HOURS = { hourly: 4, daily: 36, off: Number.POSITIVE_INFINITY };

const isLate = (at: string, schedule: keyof typeof LATE_HOURS): boolean =>
  Date.now() - Date.parse(at) > LATE_HOURS[schedule] * 3_600_000;

const COUNTS = ['compared', 'missing', 'filled', 'different', 'unexpected'] as const;

const Figures = ({ found, isLate }: { found: Found; isLate: boolean }) => {
  const { from, to, missing, different, unexpected } = found;
  const stage = configuration.get()?.stage ?? 'prod';
  return (
    <div class="compared">
      <dl>
        <div class="when">
          <dt>{t('period')}</dt>
          <dd>
            <time dateTime={from}>{dateTimeOf(from)}</time> – <time dateTime={to}>{dateTimeOf(to)}</time>
          </dd>
        </div>
        {COUNTS.map((name) => (
          <div key={name} class={name === 'missing' && missing > 0 ? 'warn' : ''}>
            <dt>{t(`compared.${name}` satisfies Word)}</dt>
            <dd>{numberOf(found[name])}</dd>
          </div>
        ))}
      </dl>
      {isLate && <p class="warn">{t('compared.late')}</p>}
      {missing > 0 && <p>{t('compared.missing.is', { count: missing })}</p>}
      {missing + different + unexpected > 0 && (
        <>
          <p>{t('compared.report')}</p>
          <Code text={`npm run reconcile -- --stage ${stage} --report`} />
        </>
      )}
    </div>
  );
};
