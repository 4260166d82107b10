import type { Callback } from '../shared/callbacks/callback.ts';
import { sizeProblems } from './environment-size.ts';
import { chinaProblems, regionProblems } from './place.ts';
import { signInProblems } from './reader-settings.ts';
import { bucketProblems, certificateProblems, settingProblems } from './settings.ts';

/** Where a stage is deployed. */
export type Place = {
  stage: string;
  region: string;
  /** Whether the command line names the region. */
  isRegionGiven: boolean;
  /** Every AWS region. */
  regions: readonly string[];
};

/** The problems of a stage's settings and its place: a line for each variable. */
export const problemsOf = (
  env: NodeJS.ProcessEnv,
  callbacks: readonly Callback[],
  { stage, region, isRegionGiven, regions }: Place,
): string[] => {
  const certificateArn = env.CERTIFICATE_ARN;
  const domain = certificateArn ? { name: env.DOMAIN ?? '', certificateArn } : undefined;
  return oncePerVariable([
    ...regionProblems(region, regions, isRegionGiven),
    ...settingProblems(env, callbacks),
    ...sizeProblems(env, callbacks),
    ...chinaProblems(env, region),
    ...certificateProblems({ domain }, region),
    ...bucketProblems(stage, region),
    ...(stage === 'local' ? [] : signInProblems(env, stage, region)),
  ]);
};

const VARIABLE = /^[A-Z][A-Z\d_]+(?= )/;

/** The problems, only the first of each variable. */
const oncePerVariable = (problems: readonly string[]): string[] => {
  const named = new Set<string>();
  return problems.filter((problem) => {
    const [variable] = VARIABLE.exec(problem) ?? [];
    if (variable === undefined) return true;
    const isNew = !named.has(variable);
    named.add(variable);
    return isNew;
  });
};
