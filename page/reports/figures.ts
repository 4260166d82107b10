/** The figures of the report that are shown. docs/reports.md defines each. */
export type Figures = {
  offered: number;
  answered: number;
  unanswered: number;
  abandoned: number;
  answerRate?: number;
  abandonmentRate?: number;
  serviceLevel?: number;
  averageWaitSeconds?: number;
  talkSeconds: number;
  averageTalkSeconds?: number;
  averageHandleSeconds?: number;
};

export type Row = Figures & {
  key: string;
  keys: (string | null)[];
  agentName?: string;
  agentNickname?: string;
};

export type Report = { rows: Row[]; total: Figures };
