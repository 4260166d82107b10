import { callbacks } from '../../shared/callbacks/list.ts';
import { type RecordingAws, startRecordingAws } from './aws.ts';
import { copyProject } from './project.ts';
import { plainEnvironment, type Run, run } from './run.ts';

const DIGEST = 'a'.repeat(64);

type Environment = Record<string, string>;

/** A digest for each callback, and two for icc, as during a rotation. */
export const digests: Environment = {
  ...Object.fromEntries(callbacks.map(({ tokenVariable }) => [tokenVariable, DIGEST])),
  ICC_TOKEN_SHA256: `${DIGEST}, ${'B'.repeat(64)}`,
};

/** A copy of the project with an account to deploy to. */
export const startDeployment = async () => {
  const project = copyProject();
  const aws: RecordingAws = await startRecordingAws();
  const account = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-central-1',
    SLS_AWS_MONITORING_FREQUENCY: '20',
  };
  const serverless = (args: string[], env: Environment = digests): Promise<Run> =>
    project.serverless(args, { ...account, ...env });
  return {
    project,
    aws,
    account,
    serverless,
    deploy: (stage: string, env?: Environment) => serverless(['deploy', '--stage', stage], env),
    remove: (stage: string) => serverless(['remove', '--stage', stage]),
    urls: (args: string[], env: Environment = account) =>
      run(process.execPath, ['commands/urls.ts', ...args], plainEnvironment(env), project.dir),
    token: (args: string[], env: Environment = account) =>
      run(process.execPath, ['commands/token.ts', ...args], plainEnvironment(env), project.dir),
    invite: (args: string[], env: Environment = account) =>
      run(process.execPath, ['commands/invite.ts', ...args], plainEnvironment(env), project.dir),
    stop: async () => {
      await aws.stop();
      project.remove();
    },
  };
};

export type Deployment = Awaited<ReturnType<typeof startDeployment>>;
