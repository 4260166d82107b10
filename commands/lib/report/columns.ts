import type { Figures } from '../../../shared/reports/figures.ts';
import { clock } from '../calls/words.ts';

/** A column of figures. */
type Column = {
  title: string;
  figure: keyof Figures;
  kind: 'count' | 'share' | 'time' | 'money';
  /** Shown if this count of the total is not 0. */
  needs?: keyof Figures;
};

/** From left to right. */
export const COLUMNS: readonly Column[] = [
  { title: 'Offered', figure: 'offered', kind: 'count' },
  { title: 'Answered', figure: 'answered', kind: 'count' },
  { title: 'Rate', figure: 'answerRate', kind: 'share' },
  { title: 'Inbound', figure: 'inbound', kind: 'count', needs: 'inbound' },
  { title: 'Aband.', figure: 'abandonmentRate', kind: 'share', needs: 'inbound' },
  { title: 'SL', figure: 'serviceLevel', kind: 'share', needs: 'inbound' },
  { title: 'ASA', figure: 'averageWaitSeconds', kind: 'time', needs: 'inbound' },
  { title: 'Longest', figure: 'longestWaitSeconds', kind: 'time', needs: 'inbound' },
  { title: 'ASR', figure: 'answerSeizureRatio', kind: 'share', needs: 'dialled' },
  { title: 'To agent', figure: 'connectedToAgent', kind: 'count', needs: 'predictive' },
  { title: 'Dropped', figure: 'predictiveAbandonedShare', kind: 'share', needs: 'predictive' },
  { title: 'Talk', figure: 'talkSeconds', kind: 'time' },
  { title: 'ATT', figure: 'averageTalkSeconds', kind: 'time' },
  { title: 'AHT', figure: 'averageHandleSeconds', kind: 'time', needs: 'handled' },
  { title: 'Cost', figure: 'cost', kind: 'money', needs: 'costKnown' },
];

/** What to leave out, step by step, until a line fits. */
export const SACRIFICES: readonly (keyof Figures)[] = [
  ...(['longestWaitSeconds', 'inbound', 'connectedToAgent', 'averageHandleSeconds', 'cost'] as const),
  ...(['answerSeizureRatio', 'predictiveAbandonedShare', 'averageTalkSeconds', 'answered'] as const),
  ...(['averageWaitSeconds', 'talkSeconds', 'abandonmentRate', 'serviceLevel', 'answerRate'] as const),
];

/** A figure as a person reads it; empty if there is none. */
export const textOf = ({ figure, kind }: Column, figures: Figures): string => {
  const value = figures[figure];
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (kind === 'share') return `${(value * 100).toFixed(1)}%`;
  return kind === 'time' ? clock(Math.round(value)) : value.toLocaleString('en');
};

/** The difference from the previous period: in percent, for shares in percentage points. */
export const changeOf = ({ figure, kind }: Column, now: Figures, before: Figures): string => {
  const [value, old] = [Number(now[figure] ?? Number.NaN), Number(before[figure] ?? Number.NaN)];
  const change = kind === 'share' ? (value - old) * 100 : (value / old - 1) * 100;
  if (!Number.isFinite(change)) return '';
  return `${change < 0 ? '' : '+'}${change.toFixed(1)}${kind === 'share' ? 'pp' : '%'}`;
};
