import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptOf } from './documented-commands.ts';
import { plainEnvironment, ROOT, run } from './run.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const OF_NPM = ['ci', 'install'];

/** What is wrong with a command: a script, a function or a test that is not there, or an option that is not taken. */
export const problemsOf = async (command: string): Promise<string[]> => {
  const parts = command.split(/ && | \| |\n/).filter((part) => /^np[mx] /.test(part));
  return (await Promise.all(parts.map(problemsOfOne))).flat();
};

const problemsOfOne = async (command: string): Promise<string[]> => {
  const program = programOf(command);
  if (program === undefined) return [`there is no script ${scriptOf(command)}`];
  const things = [
    ...[...command.matchAll(/ -f (\w+)/g)].map(([, name]) => `functions/${name}.ts`),
    ...[...command.matchAll(/ --project (\w+)/g)].map(([, tier]) => `test/${tier}`),
    ...[...command.matchAll(/ (test\/[\w/.-]+)/g)].map(([, file = '']) => file),
  ];
  const options = [...command.matchAll(/(?<![\w-])--[a-z][\w-]*/g)].map(([option]) => option);
  const help = options.length > 0 && program.length > 0 ? await helpOf(program) : options.join(' ');
  return [
    ...things.filter((thing) => !existsSync(join(ROOT, thing))).map((thing) => `there is no ${thing}`),
    ...options
      .filter((option) => !new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help))
      .map((option) => `it does not take ${option}`),
  ];
};

const SERVERLESS = 'node_modules/serverless/bin/serverless.js';

/** What tells the options of a command; nothing if they are not looked up, undefined if there is no such script. */
const programOf = (command: string): string[] | undefined => {
  if (command.startsWith('npx vitest')) return [];
  const script = scriptOf(command) ?? '';
  if (OF_NPM.includes(script)) return [];
  const typed = command.startsWith('npx ') ? command.slice('npx '.length) : scripts[script];
  if (typed === undefined) return undefined;
  const [tool = '', ...words] = typed.split(' ');
  if (tool === 'node' && /^(commands|bench)\//.test(words[0] ?? '')) return [words[0] ?? '', '-h'];
  if (tool !== 'serverless') return [];
  const verb = words[0] === 'invoke' ? words.slice(0, 2) : words.slice(0, 1);
  return [SERVERLESS, ...verb, '--help'];
};

const helps = new Map<string, Promise<string>>();

/** What a program says that it takes, asked once. */
const helpOf = (program: string[]): Promise<string> => {
  const key = program.join(' ');
  const told =
    helps.get(key) ?? run(process.execPath, program, plainEnvironment()).then(({ output }) => output);
  helps.set(key, told);
  return told;
};
