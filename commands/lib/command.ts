import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { SetupError } from '../../infrastructure/ports.ts';
import { printable } from '../../shared/telemetry/printable.ts';
import { CommandError } from './command-error.ts';
import { loadSettings, regionOf } from './settings.ts';

const COMMON_OPTIONS = {
  stage: { type: 'string' },
  region: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const COMMON_USAGE = `
  --stage <stage>    the stage to work on; by default "local", the stack of npm start
  --region <region>  the region of the stage; by default AWS_REGION, else that of serverless.yml
  --json             print JSON; with "npm run -s", nothing else
  -h, --help         print this`;

const DEFAULT_STAGE = 'local';

/**
 * The result of a command: text, data for `--json`, and a problem that is left, which makes it
 * fail.
 */
export type Result = { text: string; data: object; problem?: string | undefined };

/** A command with `Options` beside the common ones. */
export type Command<Options extends ParseArgsOptionsConfig> = {
  usage: string;
  options?: Options;
  /** Whether it accepts arguments that are no options. */
  takesPositionals?: boolean;
  /** Whether its result is the same for every stage. */
  ofAnyStage?: boolean;
  /** Whether it prints a file, so that nothing else may be printed. */
  printsFile?: (invocation: Invocation<Options>) => boolean;
  /** Resolves to nothing if the command has printed everything itself. */
  run: (invocation: Invocation<Options>) => Promise<Result | undefined>;
};

/** The arguments of a command. */
export type Invocation<Options extends ParseArgsOptionsConfig = Record<never, never>> = {
  stage: string;
  region: string;
  json: boolean;
  values: ReturnType<typeof parse<Options>>['values'];
  positionals: string[];
  /** Aborted by the first Ctrl-C; a second one ends the process. */
  signal: AbortSignal;
};

const parse = <Options extends ParseArgsOptionsConfig>(options: Options, allowPositionals: boolean) =>
  parseArgs({ options: { ...COMMON_OPTIONS, ...options }, allowPositionals });

/** Runs a command: prints its stage and its result, and turns an error into an instruction. */
export const runCommand = async <Options extends ParseArgsOptionsConfig>({
  usage,
  options = {} as Options,
  takesPositionals = false,
  ofAnyStage = false,
  printsFile = () => false,
  run,
}: Command<Options>): Promise<void> => {
  const help = usage + COMMON_USAGE;
  if (process.argv.some((argument) => argument === '-h' || argument === '--help')) return say(help);
  process.stdout.once('error', endOutput);
  try {
    refuseOptionsOfNpm();
    const invocation = invocationOf(parse(options, takesPositionals));
    if (!invocation.json && !ofAnyStage && !printsFile(invocation)) say(placeOf(invocation));
    const result = await run(invocation);
    if (result) print(result, invocation.json, ofAnyStage ? {} : { stage: invocation.stage });
  } catch (error) {
    fail(messageOf(error as Error));
  }
};

const invocationOf = <Options extends ParseArgsOptionsConfig>({
  values,
  positionals,
}: ReturnType<typeof parse<Options>>): Invocation<Options> => {
  const { stage, region, json } = values as { stage?: string; region?: string; json: boolean };
  loadSettings(stage ?? DEFAULT_STAGE);
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return {
    stage: stage ?? DEFAULT_STAGE,
    region: regionOf(region),
    json,
    values,
    positionals,
    signal: controller.signal,
  };
};

// npm keeps an option that stands before the --, so the command would run on another stage.
const refuseOptionsOfNpm = (): void => {
  const { npm_config_stage: kept, npm_lifecycle_event: command } = process.env;
  if (!kept || process.argv.some((argument) => /^--stage(=|$)/.test(argument))) return;
  const stage = kept === 'true' ? '<stage>' : kept;
  throw new CommandError(`npm kept --stage for itself: write "npm run ${command} -- --stage ${stage}".`);
};

const placeOf = ({ stage, region }: { stage: string; region: string }): string =>
  stage === 'local' ? 'Stage local, on this machine' : `Stage ${stage} in ${region}`;

const print = ({ text, data, problem }: Result, json: boolean, place: { stage?: string }): void => {
  say(json ? JSON.stringify({ ...place, ...data }) : text);
  if (problem !== undefined) fail(problem);
};

const fail = (message: string): void => {
  process.exitCode = 1;
  process.stderr.write(`${message.split('\n').map(printable).join('\n')}\n`);
};

/**
 * The reader of the output has closed it, as in `npm run calls | head`; any other error left it
 * incomplete.
 */
const endOutput = ({ code }: NodeJS.ErrnoException): void => {
  if (code !== 'EPIPE') fail(`The output cannot be written: ${code}.`);
  process.exit();
};

const messageOf = (error: Error): string => {
  if (error instanceof CommandError || error instanceof SetupError) return error.message;
  const isMistyped = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  return isMistyped ? mistyped(error.message) : `${error.name}: ${error.message}`;
};

/** The message of `parseArgs` in one line, without its advice on positional arguments. */
const mistyped = (message: string): string =>
  `${message.replace(/\. To specify a positional.*/s, '').replace(/\.?\n/g, '. ')}; -h lists the options.`;

/** Prints a line for a person or a program. */
export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** `1 dead letter`, `2 dead letters`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
