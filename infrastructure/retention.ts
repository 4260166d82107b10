import type { Template } from './serverless-types.ts';

type Rule = { Id: string; Transitions?: object[]; ExpirationInDays?: number };
type Lifecycle = { Rules: Rule[] };

// A colder class comes after 30 days, and S3 refuses a rule whose objects are gone by then.
const COLDER_AFTER_DAYS = 30;

/** Lets recordings expire so many days after they were fetched. */
export const expireRecordings = ({ Resources }: Template, days: number): void => {
  const lifecycle = Resources.FilesBucket?.Properties.LifecycleConfiguration as Lifecycle | undefined;
  const rule = lifecycle?.Rules.find(({ Id }) => Id === 'recordings');
  if (rule === undefined) throw new Error('serverless.yml has no lifecycle of recordings');
  rule.ExpirationInDays = days;
  if (days <= COLDER_AFTER_DAYS) delete rule.Transitions;
};
