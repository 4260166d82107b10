import { callsHref } from '../calls/filters.ts';
import { clockOf, numberOf, percentOf } from '../format/format.ts';
import type { QueryChanges } from '../state/location.ts';
import { t, type Word } from '../words/t.ts';
import type { Figures } from './figures.ts';

type Kind = 'count' | 'rate' | 'wait' | 'talk';

type Card = {
  word: Word;
  definition: Word;
  figure: keyof Figures;
  kind: Kind;
  /** Whether more of it is good; undefined for neither. */
  isGood?: boolean;
  /** The filters of its calls, besides those of the report. */
  behind: QueryChanges;
};

/** The main figures. */
export const CARDS: readonly Card[] = [
  { word: 'report.offered', definition: 'report.offered.is', figure: 'offered', kind: 'count', behind: {} },
  {
    word: 'report.answered',
    definition: 'report.answered.is',
    figure: 'answerRate',
    kind: 'rate',
    isGood: true,
    behind: { answered: 'true' },
  },
  {
    word: 'report.abandoned',
    definition: 'report.abandoned.is',
    figure: 'abandonmentRate',
    kind: 'rate',
    isGood: false,
    behind: { direction: 'inbound', abandoned: 'true' },
  },
  {
    word: 'report.serviceLevel',
    definition: 'report.serviceLevel.is',
    figure: 'serviceLevel',
    kind: 'rate',
    isGood: true,
    behind: { direction: 'inbound', answered: 'true' },
  },
  {
    word: 'report.wait',
    definition: 'report.wait.is',
    figure: 'averageWaitSeconds',
    kind: 'wait',
    isGood: false,
    behind: { direction: 'inbound', answered: 'true' },
  },
  {
    word: 'report.talk',
    definition: 'report.talk.is',
    figure: 'averageTalkSeconds',
    kind: 'talk',
    behind: { answered: 'true' },
  },
];

type Props = { total: Figures; before: Figures | undefined; filters: QueryChanges };

/** The main figures compared with those of the previous period; each leads to its calls. */
export const Cards = ({ total, before, filters }: Props) => (
  <ul class="cards">
    {CARDS.map(({ word, definition, figure, kind, isGood, behind }) => {
      const value = total[figure];
      const shown = (
        <>
          <span class="label">{t(word)}</span>
          <b>{value === undefined ? '–' : written(kind, value)}</b>
          <Change
            kind={kind}
            value={value}
            before={before?.[figure]}
            isGood={isGood}
            isKnown={before !== undefined}
          />
        </>
      );
      return (
        <li key={word} title={t(definition)}>
          {value === undefined ? (
            <span class="card">{shown}</span>
          ) : (
            <a class="card" href={callsHref({ ...filters, ...behind })}>
              {shown}
            </a>
          )}
        </li>
      );
    })}
  </ul>
);

const written = (kind: Kind, value: number): string => {
  if (kind === 'rate') return percentOf(value);
  if (kind === 'talk') return clockOf(Math.round(value));
  return kind === 'wait' ? secondsOf(value) : numberOf(value);
};

/** `11 s`; `2:05` from a hundred seconds on. */
export const secondsOf = (seconds: number): string =>
  seconds < 99.5 ? t('report.seconds', { seconds: Math.round(seconds) }) : clockOf(Math.round(seconds));

type ChangeProps = {
  kind: Kind;
  value: number | undefined;
  before: number | undefined;
  isGood: boolean | undefined;
  isKnown: boolean;
};

const Change = ({ kind, value, before, isGood, isKnown }: ChangeProps) => {
  if (!isKnown || value === undefined || before === undefined)
    return <span class="change faint">&nbsp;</span>;
  const by = changeOf(kind, value, before);
  if (by === undefined) return <span class="change faint">{t('report.same')}</span>;
  const isUp = value > before;
  const tone = isGood === undefined ? 'faint' : isUp === isGood ? 'good' : 'bad';
  return (
    <span class={`change ${tone}`}>
      <span aria-hidden="true">{isUp ? '▲' : '▼'}</span>
      <span class="visually-hidden">{t(isUp ? 'report.more' : 'report.less')}</span> {by}
    </span>
  );
};

/** The difference; undefined if it rounds to nothing. */
const changeOf = (kind: Kind, value: number, before: number): string | undefined => {
  const difference = Math.abs(value - before);
  if (kind === 'count') {
    const share = difference / before;
    return share < 0.005 ? undefined : numberOf(share, { style: 'percent' });
  }
  if (kind === 'rate') {
    const points = numberOf(difference * 100, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    return difference < 0.0005 ? undefined : t('report.points', { points });
  }
  return difference < 0.5 ? undefined : secondsOf(difference);
};
