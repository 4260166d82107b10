import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Template } from '../../infrastructure/serverless-types.ts';
import { plainEnvironment, ROOT, type Run, run } from './run.ts';

const LEFT_OUT = new Set(['node_modules', '.git', '.esbuild', '.serverless', '.local', 'coverage']);

export type Project = {
  dir: string;
  /** Writes a file of it. */
  write: (file: string, text: string) => void;
  /** Changes a file of it: `before` is replaced, and has to be there. */
  change: (file: string, before: string, after: string) => void;
  /** Runs `serverless` in it. */
  serverless: (args: string[], env?: Record<string, string>) => Promise<Run>;
  /** What `serverless package` makes of a stage. */
  template: (stage: string, env?: Record<string, string>) => Promise<Template>;
  /** Where `template` has left it. */
  templateFile: (stage: string) => string;
  remove: () => void;
};

/**
 * A copy of the project as a fresh clone has it, without settings: what is built in it disturbs
 * nothing else.
 */
export const copyProject = (): Project => {
  const dir = mkdtempSync(join(tmpdir(), 'project-'));
  const isPart = (path: string) =>
    !LEFT_OUT.has(basename(path)) && !/^\.env(?!\.example)/.test(basename(path));
  cpSync(ROOT, dir, { recursive: true, filter: isPart });
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));

  const command = join(dir, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const serverless: Project['serverless'] = (args, env) =>
    run(process.execPath, [command, ...args], plainEnvironment(env), dir);

  const folder = (stage: string) => join(dir, `package-${stage}`);
  const templateFile = (stage: string) => join(folder(stage), 'cloudformation-template-update-stack.json');
  const template: Project['template'] = async (stage, env) => {
    const { code, output } = await serverless(['package', '--stage', stage, '--package', folder(stage)], env);
    if (code !== 0) throw new Error(output);
    return JSON.parse(readFileSync(templateFile(stage), 'utf8'));
  };

  const write: Project['write'] = (file, text) => writeFileSync(join(dir, file), text);
  const change: Project['change'] = (file, before, after) => {
    const text = readFileSync(join(dir, file), 'utf8');
    if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
    write(
      file,
      text.replace(before, () => after),
    );
  };

  return {
    dir,
    write,
    change,
    serverless,
    template,
    templateFile,
    // What was killed in it may be writing its last file.
    remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }),
  };
};
