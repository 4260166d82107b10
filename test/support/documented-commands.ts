/** Scripts that do not run on stage local, or not here, and why. Every other script has to. */
const NOT_RUN: Readonly<Record<string, string>> = {
  ci: 'installs what is installed',
  install: 'installs what is installed',
  start: 'runs already',
  demo: 'is what the stack begins with',
  test: 'runs this test',
  check: 'is the first half of npm test',
  format: 'changes the project',
  'test:unit': 'is a part of npm test',
  'test:faults': 'is a part of npm test',
  deploy: 'needs an account',
  remove: 'needs an account',
  package: 'is what the tests of deployments do',
  policy: 'is what a test of deployments does',
  token: 'is for a deployed stage',
  invite: 'is for a deployed stage',
  secret: 'prints another one at each run',
  recording: 'needs a recording that is archived',
  reconcile: 'needs an account of NXCloud',
  erase: 'deletes what the next command looks for',
  subject: 'needs a number that has calls',
  retention: 'needs a setting',
  bench: 'takes an hour',
  'bench:lag': 'takes minutes',
  'bench:input': 'takes minutes',
  load: 'takes minutes',
  screenshots: 'takes minutes',
};

// What is typed of other tools, or to set a variable for them.
const OTHERS =
  /^(aws|git|export|cp|echo|cd|pip|node)\b|^(EXPORT|ARN|TABLE|BUCKET|QUEUE)=|^[A-Z_]+=\S+ (.* )?(npm|node)\b/s;

const PLACEHOLDER = /…|<[\w ]+>/;

/**
 * What a test does with a command of a document: runs it; runs it until it has shown a call; looks up its script and options; leaves it.
 * Undefined if that is not decided.
 */
export type Way = 'run' | 'follow' | 'look' | 'leave';

export const wayOf = (command: string): Way | undefined => {
  if (OTHERS.test(command)) return 'leave';
  const script = scriptOf(command);
  if (script !== undefined) {
    if (PLACEHOLDER.test(command) || script in NOT_RUN) return 'look';
    return script === 'events' || command.includes('--watch') ? 'follow' : 'run';
  }
  if (command.startsWith('npx serverless invoke local')) return 'run';
  if (command.startsWith('npx ')) return 'look';
  if (/^([A-Z]+=\$\()?curl /.test(command)) return PLACEHOLDER.test(command) ? 'leave' : 'run';
  return /^[A-Z_]+=\S+$/.test(command) ? 'run' : undefined;
};

/** The script of package.json that a command runs, or the command of npm. */
export const scriptOf = (command: string): string | undefined =>
  /^npm (?:-s )?(?:run )?(?:-s )?([\w:]+)/.exec(command)?.[1];

/** A command as it is typed for stage local. */
export const onStageLocal = (command: string): string =>
  command.replace(/--stage (prod|dev)\b/g, '--stage local');
