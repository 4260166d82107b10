import type { Template } from './serverless-types.ts';

type Rule = { Id: string; Transitions?: object[]; ExpirationInDays?: number };
type Lifecycle = { Rules: Rule[] };

// Objects move to a colder class after 30 days, and S3 refuses that rule if they expire first.
const COLDER_AFTER_DAYS = 30;

/** Lets recordings expire this many days after they were fetched. */
export const expireRecordings = ({ Resources }: Template, days: number): void => {
  const lifecycle = Resources.FilesBucket?.Properties.LifecycleConfiguration as Lifecycle | undefined;
  const rule = lifecycle?.Rules.find(({ Id }) => Id === 'recordings');
  if (rule === undefined) throw new Error('serverless.yml has no lifecycle of recordings');
  rule.ExpirationInDays = days;
  if (days <= COLDER_AFTER_DAYS) delete rule.Transitions;
};
