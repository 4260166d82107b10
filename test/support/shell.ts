import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './run.ts';

/** What a command has printed, and how it ended. */
export type Ended = { code: number | null; output: string; statuses: number[] };

// Variables last from one command to the next. Files are written where npm is called, so this is no folder of the project.
const script = (command: string, variables: string[]): string => `set -o pipefail
npm() { command npm --prefix '${ROOT}' "$@"; }
npx() { (cd '${ROOT}' && command npx "$@"); }
jq() { command jq --unbuffered "$@"; }
curl() { command curl -sS -w '%{stderr}\\nstatus %{http_code}\\n' "$@"; }
if [ -f variables ]; then . ./variables; fi
${command}
code=$?
declare -p ${variables.join(' ')} > variables 2>/dev/null
exit $code
`;

const start = (command: string, folder: string, env: NodeJS.ProcessEnv, variables: string[]) => {
  const args = ['--norc', '-c', script(command, ['PWD', ...variables])];
  // A group of its processes, which Ctrl-C reaches all of.
  const child = spawn('bash', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (errors += data));
  const ended = once(child, 'close').then(([code]): Ended => {
    const statuses = [...errors.matchAll(/^status (\d+)$/gm)].map(([, status]) => Number(status));
    return { code, output: output + errors, statuses };
  });
  return { child, ended, output: () => output };
};

/** Runs a command as it is typed, in a folder where the variables of the commands before are set. */
export const type = (command: string, folder: string, env: NodeJS.ProcessEnv, variables: string[]) =>
  start(command, folder, env, variables).ended;

// Ends what hangs; a busy machine only takes longer.
const PATIENCE_MS = 150_000;
const PAUSE_MS = 300;

/** Runs a command that does not end until it has printed the text, `provoke`d meanwhile; then presses Ctrl-C. */
export const follow = async (
  command: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  { text, provoke }: { text: string; provoke: () => Promise<unknown> },
): Promise<Ended> => {
  const { child, ended, output } = start(command, folder, env, []);
  const isShown = () => output().includes(text);
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(PAUSE_MS)) {
    if (isShown() || child.exitCode !== null) break;
    await provoke();
  }
  const hasShown = isShown();
  interrupt(child);
  const { code, ...rest } = await ended;
  // Ctrl-C ends npm and the shell too, by which they say that they were interrupted.
  const isDone = hasShown && (code === 0 || code === INTERRUPTED || code === null);
  return { ...rest, code: isDone ? 0 : (code ?? INTERRUPTED) };
};

const INTERRUPTED = 130;

const interrupt = ({ pid, exitCode }: ChildProcess): void => {
  if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGINT');
};
