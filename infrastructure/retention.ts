import * as v from 'valibot';
import type { Callback } from '../shared/callbacks/callback.ts';
import { RETENTION, retentionDays, retentionVariable } from '../shared/deliveries/retention.ts';
import type { FunctionDefinition, Template } from './serverless-types.ts';
import { integer, optionalOrEmpty, problemsWith } from './setting.ts';

/** For how many days what a callback received is kept, by its name; the others are kept until somebody deletes them. */
export type Retention = Record<string, number>;

const Days = optionalOrEmpty('a whole number of days from 1 to 36500', integer(1, 36_500));

const variablesOf = (callbacks: readonly Callback[]): string[] => [
  RETENTION,
  ...callbacks.map(({ name }) => retentionVariable(name)),
];

/** The settings about retention. */
export const retentionOf = (callbacks: readonly Callback[]) =>
  v.object(Object.fromEntries(variablesOf(callbacks).map((variable) => [variable, Days])));

/** What is wrong with the retention that `env` sets: a line for each variable. */
export const retentionProblems = (env: NodeJS.ProcessEnv, callbacks: readonly Callback[]): string[] =>
  problemsWith([retentionOf(callbacks)], env);

/** The retention that `env` sets, which has no problems. */
export const readRetention = (env: NodeJS.ProcessEnv, callbacks: readonly Callback[]): Retention =>
  Object.fromEntries(
    callbacks.flatMap(({ name }) => {
      const days = retentionDays(name, env);
      return days === undefined ? [] : [[name, days]];
    }),
  );

// What writes into the table of deliveries, and what could bring back what has expired.
const TOLD = ['consumer', 'archiver', 'reconciler'];

/** Gives these functions the settings about retention. */
export const tellRetention = (
  functions: Record<string, FunctionDefinition>,
  callbacks: readonly Callback[],
  env: NodeJS.ProcessEnv,
): void => {
  const set = variablesOf(callbacks).filter((variable) => env[variable]);
  const variables = Object.fromEntries(set.map((variable) => [variable, env[variable]]));
  for (const name of TOLD) {
    const definition = functions[name];
    if (definition) definition.environment = { ...definition.environment, ...variables };
  }
};

type Rule = { Id: string; Prefix: string; Transitions?: object[]; ExpirationInDays?: number };

// Objects move to a colder class after 30 days, and S3 refuses that rule if they expire first.
const COLDER_AFTER_DAYS = 30;
const EXPORTS_DAYS = 7;

/** Lets recordings expire so many days after they were fetched, and what expires anyway after the fewest of these days at most. */
export const expireFiles = (
  { Resources }: Template,
  callbacks: readonly Callback[],
  retention: Retention,
): void => {
  if (Object.keys(retention).length === 0) return;
  const lifecycle = Resources.FilesBucket?.Properties.LifecycleConfiguration as { Rules: Rule[] };
  lifecycle.Rules = lifecycle.Rules.flatMap((rule): Rule[] => {
    if (rule.Id === 'recordings') return callbacks.map(({ name }) => ofCallback(rule, name, retention[name]));
    return SHORT.includes(rule.Id) ? [atMost(rule, retention)] : [rule];
  });
};

// They hold data of calls, and expire anyway.
const SHORT = ['exports', 'reconciliations'];

const atMost = (
  { ExpirationInDays = Number.POSITIVE_INFINITY, ...rule }: Rule,
  retention: Retention,
): Rule => ({
  ...rule,
  ExpirationInDays: Math.min(ExpirationInDays, ...Object.values(retention)),
});

const recordingsOf = (callback: string): string => `recordings/${callback}/`;

const ofCallback = (rule: Rule, name: string, days: number | undefined): Rule => {
  const { Transitions, ...rest } = rule;
  const isColder = days === undefined || days > COLDER_AFTER_DAYS;
  return {
    ...rest,
    Id: `${rule.Id}-${name}`,
    Prefix: recordingsOf(name),
    ...(isColder && Transitions && { Transitions }),
    ...(days !== undefined && { ExpirationInDays: days }),
  };
};

/** A rule of a bucket as S3 tells it. */
type DeployedRule = {
  Filter?: { Prefix?: string | undefined } | undefined;
  Prefix?: string | undefined;
  Expiration?: { Days?: number | undefined } | undefined;
};

/** Whether a bucket with these rules deletes files by the retention: if not, it was deployed with another one. */
export const deletesBy = (
  rules: readonly DeployedRule[],
  callbacks: readonly Callback[],
  retention: Retention,
): boolean => {
  const daysOf = (folder: string): number | undefined =>
    rules
      .filter(({ Filter, Prefix = Filter?.Prefix ?? '' }) => folder.startsWith(Prefix))
      .map(({ Expiration }) => Expiration?.Days)
      .find((days) => days !== undefined);
  return (
    daysOf('exports/') === Math.min(EXPORTS_DAYS, ...Object.values(retention)) &&
    callbacks.every(({ name }) => daysOf(recordingsOf(name)) === retention[name])
  );
};
