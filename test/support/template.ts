import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, inject } from 'vitest';
import type { Resource, Template } from '../../infrastructure/serverless-types.ts';
import { callbacks } from '../../shared/callbacks/list.ts';
import { copyProject } from './project.ts';

export const STAGES = ['prod', 'dev'];

/** The names of the callbacks. */
export const CALLBACKS = callbacks.map(({ name }) => name);

/** What the logical ids of a function's resources begin with. */
export const idOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

export type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };

export const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/**
 * The file that has a stage's template, packaged without settings by whichever test file asks
 * first.
 */
export const packagedTemplate = async (stage: string): Promise<string> => {
  const file = join(inject('packages'), `${stage}.json`);
  while (!existsSync(file)) {
    if (!lock(`${file}.lock`)) await sleep(50);
    else await packageInto(file, stage).finally(() => rmdirSync(`${file}.lock`));
  }
  return file;
};

const lock = (folder: string): boolean => {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
};

const packageInto = async (file: string, stage: string): Promise<void> => {
  const project = copyProject();
  try {
    await project.template(stage);
    copyFileSync(project.templateFile(stage), `${file}.part`);
    renameSync(`${file}.part`, file);
  } finally {
    project.remove();
  }
};

/** Answers what is in the templates of the stages, in the tests of a file. */
export const packagedStages = () => {
  const files = new Map<string, string>();
  const templates = new Map<string, Template>();
  beforeAll(async () => {
    for (const stage of STAGES) {
      const file = await packagedTemplate(stage);
      files.set(stage, file);
      templates.set(stage, JSON.parse(readFileSync(file, 'utf8')));
    }
  });

  const template = (stage: string): Template => expectThere(templates.get(stage), `template of ${stage}`);
  const templateFile = (stage: string): string => expectThere(files.get(stage), `template of ${stage}`);
  const resource = (stage: string, id: string): Resource => expectThere(template(stage).Resources[id], id);
  const properties = (stage: string, id: string) => resource(stage, id).Properties;
  const ofType = (stage: string, type: string): [string, Resource][] =>
    Object.entries(template(stage).Resources).filter(([, { Type }]) => Type === type);
  return { template, templateFile, resource, properties, ofType };
};

const expectThere = <Value>(found: Value | undefined, name: string): Value => {
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
